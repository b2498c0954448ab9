#include "harness/run/subject_probes.h"

#include <map>
#include <string>

#include "harness/probe/goroutine_probe.h"
#include "harness/probe/metrics_probe.h"
#include "harness/probe/procfs_probe.h"

namespace leakrig {
namespace {

GoroutineProbeOptions goroutine_options(const nlohmann::json& wanted) {
  GoroutineProbeOptions options;
  const std::string form = wanted.value("pprof_form", "stacks");
  if (form == "stacks") options.form = GoroutineProbe::Form::stacks;
  if (form == "protobuf") options.form = GoroutineProbe::Form::protobuf;
  options.leak_profile = wanted.value("pprof_leaks", false);
  return options;
}

}  // namespace

std::vector<std::unique_ptr<Probe>> make_subject_probes(const nlohmann::json& subject, pid_t pid,
                                                        const Clock& clock, pid_t tree_root) {
  const nlohmann::json wanted = subject.value("probes", nlohmann::json::object());
  std::vector<std::unique_ptr<Probe>> probes;
  ProcfsOptions procfs;
  const bool started = tree_root > 0 && tree_root != pid;
  procfs.children = wanted.value("children", started && subject.contains("command"));
  if (started) procfs.tree_root = tree_root;
  if (pid > 0) probes.push_back(std::make_unique<ProcfsProbe>(pid, clock, procfs));
  if (wanted.contains("pprof")) {
    probes.push_back(
        std::make_unique<GoroutineProbe>(wanted.at("pprof").get<std::string>(), goroutine_options(wanted)));
  }
  if (wanted.contains("metrics")) {
    const nlohmann::json& metrics = wanted.at("metrics");
    probes.push_back(std::make_unique<MetricsProbe>(
        metrics.at("url").get<std::string>(), metrics.at("read").get<std::map<std::string, std::string>>()));
  }
  return probes;
}

}  // namespace leakrig
