#include "harness/spec/scenario_files.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "harness/spec/built_in.h"

namespace leakrig {
namespace fs = std::filesystem;

fs::path scenarios_directory() {
  std::error_code ec;
  std::vector<fs::path> candidates;
  if (const char* set = std::getenv("LEAKRIG_SCENARIOS"); set != nullptr && *set != '\0')
    candidates.emplace_back(set);
  candidates.emplace_back("scenarios");
  const fs::path program = fs::read_symlink("/proc/self/exe", ec);
  if (!ec) {
    // build/PRESET/leakrig in a source tree; PREFIX/bin/leakrig installed.
    candidates.push_back(program.parent_path().parent_path().parent_path() / "scenarios");
    candidates.push_back(program.parent_path().parent_path() / "share/leakrig/scenarios");
  }
  for (const auto& candidate : candidates) {
    if (fs::is_regular_file(candidate / "scenario.schema.json", ec)) return candidate;
  }
  return {};
}

std::vector<fs::path> shipped_scenarios() {
  std::vector<fs::path> files;
  const fs::path directory = scenarios_directory();
  if (directory.empty()) return built_in_scenarios();
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".json" && name != "scenario.schema.json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

fs::path find_scenario(const std::string& written) {
  std::error_code ec;
  if (fs::exists(written, ec) || written.find('/') != std::string::npos) return written;
  const auto shipped = shipped_scenarios();
  const auto found = std::find_if(shipped.begin(), shipped.end(),
                                  [&](const fs::path& file) { return file.stem().string() == written; });
  return found == shipped.end() ? fs::path{written} : *found;
}

}  // namespace leakrig
