#include "harness/spec/subject_spec.h"

#include <algorithm>
#include <set>

#include "harness/core/bounded_json.h"
#include "harness/core/placeholders.h"

namespace leakrig {
namespace {

bool mentions(const SubjectSpec& subject, std::initializer_list<const char*> names) {
  const auto texts = texts_of(subject);
  return std::any_of(texts.begin(), texts.end(), [&](const auto& text) {
    const auto found = placeholders_in(text.second);
    return std::any_of(names.begin(), names.end(), [&](const char* name) {
      return std::find(found.begin(), found.end(), name) != found.end();
    });
  });
}

}  // namespace

const std::vector<std::string>& known_placeholders() {
  static const std::vector<std::string> kNames{"docker_host", "docker_socket", "loki_url",      "run_dir", "state_dir",
                                               "port:",       "sink_url:",     "sink_address:", "file:"};
  return kNames;
}

std::vector<std::pair<std::string, std::string>> texts_of(const SubjectSpec& subject) {
  std::vector<std::pair<std::string, std::string>> texts;
  const auto add = [&](const std::string& pointer, const std::string& text) {
    if (!text.empty()) texts.emplace_back(pointer, text);
  };
  add("/probes/pprof", subject.probes.pprof);
  if (subject.probes.metrics) add("/probes/metrics/url", subject.probes.metrics->url);
  const auto* command = subject.command();
  if (command == nullptr) return texts;
  for (std::size_t i = 0; i < command->argv.size(); ++i)
    add("/command/" + std::to_string(i), command->argv[i]);
  for (const auto& [name, value] : command->env) add("/env/" + pointer_token(name), value);
  for (const auto& [name, content] : command->files) add("/files/" + pointer_token(name), content);
  for (std::size_t i = 0; i < command->reset.size(); ++i)
    add("/reset/" + std::to_string(i), command->reset[i]);
  add("/working_directory", command->working_directory);
  add("/ready/line", command->ready.line);
  add("/ready/port", command->ready.port);
  add("/ready/http", command->ready.http);
  return texts;
}

bool SubjectSpec::asks_for_docker() const {
  if (collector() != nullptr) return true;
  const auto* program = command();
  return program != nullptr &&
         (!program->docker_socket_at.empty() || mentions(*this, {"docker_host", "docker_socket"}));
}

bool SubjectSpec::asks_for_sink() const {
  return !sinks_asked_for().empty();
}

std::vector<std::string> SubjectSpec::sinks_asked_for() const {
  if (collector() != nullptr) return {"loki"};
  if (command() == nullptr) return {};
  std::set<std::string> kinds;
  for (const auto& [pointer, text] : texts_of(*this)) {
    for (const auto& name : placeholders_in(text)) {
      if (name == "loki_url") kinds.insert("loki");
      for (const std::string stem : {"sink_url:", "sink_address:"}) {
        if (name.starts_with(stem)) kinds.insert(name.substr(stem.size()));
      }
    }
  }
  return {kinds.begin(), kinds.end()};
}

bool SubjectSpec::is_meant_to_collect() const {
  if (!collects) return false;
  const auto* config = collector();
  return config == nullptr || (config->container_monitor.enabled && config->loki.enabled);
}

}  // namespace leakrig
