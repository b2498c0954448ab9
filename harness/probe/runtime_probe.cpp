#include "harness/probe/runtime_probe.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/process.h"
#include "harness/core/units.h"
#include "harness/probe/node_probe.h"

namespace leakrig {
namespace {

constexpr Nanos kLongestToolRun = std::chrono::seconds{5};
constexpr double kShareOfTime = 0.05;
constexpr std::size_t kMostClasses = 100;

std::string whole_text(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// "[Ljava.lang.String;" is "java.lang.String[]": JVM specification, 4.3.2.
std::string class_in_source(std::string_view name) {
  static const std::map<char, std::string> kPrimitive{{'B', "byte"}, {'C', "char"},  {'D', "double"}, {'F', "float"},
                                                      {'I', "int"},  {'J', "long"},  {'S', "short"},  {'Z', "boolean"}};
  std::size_t dimensions = 0;
  while (dimensions < name.size() && name[dimensions] == '[') ++dimensions;
  if (dimensions == 0 || dimensions == name.size()) return std::string{name};
  const std::string_view element = name.substr(dimensions);
  std::string source;
  if (element.starts_with('L') && element.ends_with(';')) {
    source = element.substr(1, element.size() - 2);
  } else if (const auto primitive = kPrimitive.find(element.front()); primitive != kPrimitive.end()) {
    source = primitive->second;
  } else {
    return std::string{name};
  }
  while (dimensions-- > 0) source += "[]";
  return source;
}

/// Thread-12 and Thread-13 are one kind of thread.
std::string without_numbers(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (std::isdigit(static_cast<unsigned char>(name[i])) == 0) {
      out += name[i];
    } else if (i == 0 || std::isdigit(static_cast<unsigned char>(name[i - 1])) == 0) {
      out += 'N';
    }
  }
  return out;
}

std::optional<std::string> found_in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    const std::string file = directory + "/" + program;
    if (!directory.empty() && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

std::filesystem::path executable_of(pid_t pid) {
  std::error_code gone;
  return std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pid), gone);
}

bool has_mapped(pid_t pid, std::string_view library) {
  std::ifstream maps(fmt::format("/proc/{}/maps", pid));
  for (std::string line; std::getline(maps, line);) {
    if (line.find(library) != std::string::npos) return true;
  }
  return false;
}

/// The JDK's own where the JVM is one's, else that of the PATH.
std::optional<std::string> jcmd_for(pid_t pid) {
  const auto sibling = executable_of(pid).parent_path() / "jcmd";
  if (::access(sibling.c_str(), X_OK) == 0) return sibling.string();
  return found_in_path("jcmd");
}

}  // namespace

RuntimeCounts parse_class_histogram(std::string_view text) {
  RuntimeCounts counts;
  std::istringstream lines{std::string{text}};
  for (std::string line; counts.size() < kMostClasses && std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string rank;
    double instances = 0;
    double bytes = 0;
    std::string name;
    if (fields >> rank >> instances >> bytes >> name && rank.ends_with(':')) counts[class_in_source(name)] += instances;
  }
  return counts;
}

RuntimeCounts parse_py_spy_dump(std::string_view text) {
  RuntimeCounts counts;
  std::istringstream lines{std::string{text}};
  std::string thread;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Thread ")) {
      if (!thread.empty()) ++counts[thread];
      const auto open = line.find('"');
      const auto close = line.rfind('"');
      thread = open == std::string::npos || close == open
                   ? "unnamed"
                   : without_numbers(std::string_view{line}.substr(open + 1, close - open - 1));
    } else if (line.starts_with("    ") && !thread.empty()) {
      ++counts[thread + " in " + line.substr(4)];
      thread.clear();  // the frames below it are not told
    }
  }
  if (!thread.empty()) ++counts[thread];
  return counts;
}

RuntimeProbe::RuntimeProbe(Tool tool, std::filesystem::path output, const Clock& clock)
    : tool_(std::move(tool)), output_(std::move(output)), clock_(&clock) {}

bool RuntimeProbe::read_row(ProbeValues&, Groups& groups) {
  const Nanos begin = clock_->monotonic();
  if (begin < next_) return true;
  problem_.clear();
  try {
    std::error_code absent;
    std::filesystem::remove(output_, absent);
    ChildProcess child(SpawnOptions{tool_.argv, {}, {}, output_});
    const auto status = child.wait(kLongestToolRun);
    if (!status) problem_ = fmt::format("{} took longer than {}", tool_.name, humanize_duration(kLongestToolRun));
    if (status && !status->clean()) problem_ = fmt::format("{} ended with {}", tool_.name, status->describe());
  } catch (const Error& error) {
    problem_ = error.what();
  }
  const Nanos end = clock_->monotonic();
  ++runs_;
  spent_ += end - begin;
  next_ = end + from_seconds(to_seconds(end - begin) / kShareOfTime);
  if (!problem_.empty()) return false;
  if (auto counts = tool_.parse(whole_text(output_)); !counts.empty()) groups[tool_.kind] = std::move(counts);
  return true;
}

std::vector<std::unique_ptr<Probe>> runtime_probes(const std::vector<pid_t>& tree, const Discovery& found,
                                                   const std::filesystem::path& output, const Clock& clock,
                                                   const std::function<void(const std::string&)>& tell) {
  std::vector<std::unique_ptr<Probe>> probes;
  const auto add = [&](RuntimeProbe::Tool tool) {
    const std::filesystem::path file = fmt::format("{}.{}.txt", output.string(), tool.kind);
    probes.push_back(std::make_unique<RuntimeProbe>(std::move(tool), file, clock));
  };
  bool java = false;
  bool python = false;
  for (const pid_t pid : tree) {
    if (!java && has_mapped(pid, "/libjvm.so")) {
      java = true;
      if (const auto jcmd = jcmd_for(pid)) {
        tell(fmt::format("process {} is a JVM: its instances by class are read with {} (a garbage collection each time)",
                         pid, *jcmd));
        add({"jcmd", {*jcmd, std::to_string(pid), "GC.class_histogram"}, "java_class", parse_class_histogram});
      } else {
        tell(fmt::format("process {} is a JVM: with jcmd in the PATH its instances by class would be read too", pid));
      }
    }
    if (!python && executable_of(pid).filename().string().starts_with("python")) {
      python = true;
      if (const auto py_spy = found_in_path("py-spy")) {
        tell(fmt::format("process {} is Python: its threads by function are read with {} (it is not paused)", pid, *py_spy));
        add({"py-spy", {*py_spy, "dump", "--nonblocking", "--pid", std::to_string(pid)}, "python_thread", parse_py_spy_dump});
      }
    }
  }
  if (const auto* inspector = found.first(ServedEndpoint::Kind::node_inspector)) {
    if (auto node = connect_to_node(inspector->url)) {
      tell(fmt::format("Node's handles, heap spaces and live allocations by line (one in 32 KiB, sampled) are read from its inspector at {}",
                       inspector->url));
      probes.push_back(std::move(node));
    }
  }
  return probes;
}

bool LateProbes::read_row(ProbeValues& values, Groups& groups) {
  if (probes_.empty() && looks_ < kMostLooks) {
    ++looks_;
    probes_ = find_();
  }
  problem_.clear();
  for (auto& probe : probes_) {
    if (!probe->read_row(values, groups)) problem_ = probe->problem();
  }
  return problem_.empty();
}

bool runs_node(const std::vector<pid_t>& tree) {
  return std::any_of(tree.begin(), tree.end(), [](pid_t pid) {
    const std::string program = executable_of(pid).filename().string();
    return program == "node" || program == "nodejs";
  });
}

}  // namespace leakrig
