#include "harness/spec/document/json_fields.h"
#include "harness/spec/document/parts.h"

namespace leakrig {

using nlohmann::json;

void fields(Fields& f, ReadySpec& ready) {
  f.field("line", ready.line);
  f.field("port", ready.port);
  f.field("http", ready.http);
  f.field("timeout", ready.timeout);
}

void fields(Fields& f, StopSpec& stop) {
  f.field("signal", stop.signal);
  f.field("grace", stop.grace);
}

void fields(Fields& f, CommandConfig& command) {
  f.field("command", command.argv);
  f.field("env", command.env);
  f.field("files", command.files);
  f.field("working_directory", command.working_directory);
  f.field("docker_socket_at", command.docker_socket_at);
  f.field("reset", command.reset);
  f.part("ready", command.ready);
  f.part("stop", command.stop);
  f.word("paced_by", command.paced_by_fleet, {{"clock", false}, {"fleet", true}});
}

void fields(Fields& f, MetricsSpec& metrics) {
  f.field("url", metrics.url);
  f.field("read", metrics.read);
}

void fields(Fields& f, ProbesSpec& probes) {
  f.field("pprof", probes.pprof);
  f.word("pprof_form", probes.pprof_form,
         {{"stacks", PprofForm::stacks}, {"counts", PprofForm::counts}, {"protobuf", PprofForm::protobuf}});
  f.field("pprof_leaks", probes.pprof_leaks);
  f.field("allocations", probes.allocations);
  f.part("metrics", probes.metrics);
  f.field("children", probes.children);
}

void fields(Fields& f, AttachedProcess& process) {
  f.field("pid", process.pid);
}

namespace {

/// The keys that every kind of subject has.
struct CommonKeys {
  SubjectSpec& subject;
};
void fields(Fields& f, CommonKeys& common) {
  f.field("collects", common.subject.collects);
  f.part("probes", common.subject.probes);
}

}  // namespace

SubjectSpec subject_of(const json& object, const std::string& pointer) {
  SubjectSpec subject;
  CommonKeys common{subject};
  subject.probes.children = object.contains("command");  // a command is counted with what it starts
  read_into(common, object, pointer);
  if (object.contains("collector")) {
    subject.what = collector_of(object.at("collector"), pointer + "/collector");
  } else if (object.contains("command")) {
    CommandConfig command;
    read_into(command, object, pointer);
    subject.what = std::move(command);
  } else if (object.contains("pid")) {
    AttachedProcess process;
    read_into(process, object, pointer);
    subject.what = process;
  }
  return subject;
}

json json_of(const SubjectSpec& subject) {
  SubjectSpec copy = subject;
  json object = written(CommonKeys{copy});
  if (const auto* collector = subject.collector()) object["collector"] = json_of(*collector);
  if (const auto* command = subject.command()) object.update(written(*command));
  if (const auto* process = subject.attached()) object.update(written(*process));
  return object;
}

}  // namespace leakrig
