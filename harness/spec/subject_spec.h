#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/core/clock.h"
#include "harness/spec/collector_config.h"

namespace leakrig {

/// When a command counts as started: at most one of `line`, `port` and `http` is set; none: at once. Texts
/// may hold placeholders.
struct ReadySpec {
  std::string line;  ///< text that its output contains
  std::string port;  ///< a TCP port of 127.0.0.1 that accepts
  std::string http;  ///< a URL that answers 2xx
  Nanos timeout = std::chrono::seconds{30};
};

struct StopSpec {
  std::string signal = "SIGTERM";  ///< its name
  Nanos grace = std::chrono::seconds{10};
};

/// A program of the user's. Its texts may hold the placeholders of known_placeholders().
struct CommandConfig {
  std::vector<std::string> argv;
  std::map<std::string, std::string> env;    ///< added to the rig's environment
  std::map<std::string, std::string> files;  ///< name -> content; written before each start, at {file:NAME}
  std::string working_directory;             ///< empty: the rig's
  std::string docker_socket_at;  ///< where it finds the fake Docker's socket in a mount namespace of its own
  std::vector<std::string> reset;  ///< run to its end before each start; empty: nothing
  ReadySpec ready;
  StopSpec stop;
  bool paced_by_fleet =
      false;  ///< its growth is driven by the fleet alone, so that a time scale does not mislead
};

/// A process that runs already.
struct AttachedProcess {
  pid_t pid = 0;
};

/// Numbers that the subject serves itself.
struct MetricsSpec {
  std::string url;
  std::map<std::string, std::string> read;  ///< a metric or a JSON pointer -> its name in the samples
};

enum class PprofForm { stacks, counts, protobuf };

/// What is read of the subject, besides /proc.
struct ProbesSpec {
  std::string pprof;  ///< where Go's net/http/pprof is served; empty: nowhere
  PprofForm pprof_form = PprofForm::stacks;
  bool pprof_leaks = false;
  bool allocations = false;  ///< who allocated what grows, from heap profiles
  std::optional<MetricsSpec> metrics;
  bool children =
      false;  ///< its child processes are counted with it; true for a command without being told so
};

/// The program under test.
struct SubjectSpec {
  /// Nothing: it is only read over HTTP, as a watch may.
  std::variant<std::monostate, CollectorConfig, CommandConfig, AttachedProcess> what;
  bool collects = true;  ///< false: it is meant to collect nothing
  ProbesSpec probes;

  const CollectorConfig* collector() const { return std::get_if<CollectorConfig>(&what); }
  const CommandConfig* command() const { return std::get_if<CommandConfig>(&what); }
  const AttachedProcess* attached() const { return std::get_if<AttachedProcess>(&what); }

  /// Whether it is told where the fake Docker is. One that is not gets no containers unless the scenario says
  /// how many.
  bool asks_for_docker() const;
  /// Whether it is told where the log sink is. What one delivers that is not cannot be measured.
  bool asks_for_sink() const;
  /// The kinds of log sinks that it is told of, by the names of sink_kinds(), each once.
  std::vector<std::string> sinks_asked_for() const;
  /// Whether lines that do not arrive are a loss: false where it is meant to collect nothing, or a component
  /// of the collector is switched off.
  bool is_meant_to_collect() const;
};

/// The names that may stand in braces in a command's texts; those that end in ':' take an argument.
const std::vector<std::string>& known_placeholders();
/// Every text of the subject in which placeholders are replaced, with the JSON pointer below "subject" at
/// which it stands.
std::vector<std::pair<std::string, std::string>> texts_of(const SubjectSpec& subject);

}  // namespace leakrig
