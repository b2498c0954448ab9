#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/clock.h"
#include "harness/probe/discovery.h"
#include "harness/probe/probe.h"

namespace leakrig {

/// Counts by name out of a runtime's own report.
using RuntimeCounts = std::map<std::string, double>;

/// `jcmd PID GC.class_histogram`: instances by class, of the hundred classes that take the most memory. Array types are
/// named as in source: "byte[]", "java.lang.String[]".
RuntimeCounts parse_class_histogram(std::string_view text);
/// `py-spy dump`: threads by name, numbers in it replaced by N, and by the function that they are in:
/// "Thread-N in wait (threading.py:320)".
RuntimeCounts parse_py_spy_dump(std::string_view text);

/// Asks a runtime's own tool about a process at table rows, and adds what it says as a group of evidence: it belongs to
/// no metric. A run of the tool delays the readings, so it is asked again only so often that it takes a twentieth of the
/// time. A tool that fails leaves a gap.
class RuntimeProbe final : public Probe {
 public:
  struct Tool {
    std::string name;  ///< "jcmd"
    std::vector<std::string> argv;
    std::string kind;  ///< of the groups: "java_class"
    RuntimeCounts (*parse)(std::string_view text) = nullptr;
  };
  /// The tool's output goes to `output`, which is replaced each time. `clock` outlives this.
  RuntimeProbe(Tool tool, std::filesystem::path output, const Clock& clock);

  std::string name() const override { return tool_.name; }
  bool read(ProbeValues&) override { return true; }
  bool read_row(ProbeValues& values, Groups& groups) override;
  std::string problem() const override { return problem_; }
  /// Wall time of its runs so far, and how many there were.
  Nanos spent() const { return spent_; }
  int runs() const { return runs_; }

 private:
  Tool tool_;
  std::filesystem::path output_;
  const Clock* clock_;
  Nanos next_{0};
  Nanos spent_{0};
  int runs_ = 0;
  std::string problem_;
};

/// The runtimes that are found in a subject's processes and the tools for them that there are: a JVM with jcmd, CPython
/// with py-spy, Node's inspector where it was `found`. `tell` gets a sentence for each, with what it costs the subject.
/// None is required. The tools' output goes to files whose paths begin with `output`.
std::vector<std::unique_ptr<Probe>> runtime_probes(const std::vector<pid_t>& tree, const Discovery& found,
                                                   const std::filesystem::path& output, const Clock& clock,
                                                   const std::function<void(const std::string&)>& tell);

/// Probes that can be made only once the subject has come so far: `find` is asked at the first three rows, until it finds
/// some. They are read at rows alone.
class LateProbes final : public Probe {
 public:
  using Find = std::function<std::vector<std::unique_ptr<Probe>>()>;
  LateProbes(std::string name, Find find) : name_(std::move(name)), find_(std::move(find)) {}

  std::string name() const override { return name_; }
  bool read(ProbeValues&) override { return true; }
  bool read_row(ProbeValues& values, Groups& groups) override;
  std::string problem() const override { return problem_; }

 private:
  static constexpr int kMostLooks = 3;
  std::string name_;
  Find find_;
  int looks_ = 0;
  std::vector<std::unique_ptr<Probe>> probes_;
  std::string problem_;
};

/// Whether one of the processes is Node.
bool runs_node(const std::vector<pid_t>& tree);

}  // namespace leakrig
