#include "harness/cli/baseline_options.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/analysis/cost_catalogue.h"
#include "harness/analysis/recorded_file.h"
#include "harness/core/run_record.h"

namespace leakrig {

void add_baseline_options(CLI::App& app, BaselineOptions& options) {
  app.add_option("--baseline", options.file,
                 "A recorded result to hold the run against: fails (1) on a worse rate, a new growing group, "
                 "lost lines or a higher cost");
  app.add_option("--cost-margin", options.cost_margin,
                 "With --baseline: percent by which a cost may be higher (10; CPU and latency 50)")
      ->check(CLI::NonNegativeNumber);
}

nlohmann::json read_result(const std::string& file) {
  std::filesystem::path path = file;
  if (std::filesystem::is_directory(path)) path /= run_file::kResult;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw UsageError(fmt::format("{}: cannot be opened", path.string()));
  auto result = nlohmann::json::parse(in, nullptr, false);
  if (result.is_discarded()) throw UsageError(fmt::format("{}: not JSON", path.string()));
  return result;
}

void check_baseline(const BaselineOptions& options, const ScenarioSpec& scenario) {
  if (!options.file.empty()) require_comparable(read_result(options.file), scenario, options.file);
}

void hold_against_baseline(const BaselineOptions& options, Analysis& analysis) {
  if (options.file.empty()) return;
  CostMargins margins;
  if (options.cost_margin)
    margins.requests_percent = margins.cpu_percent = margins.latency_percent = *options.cost_margin;
  try {
    hold_against(analysis, compare_with_recorded(analysis, read_result(options.file), options.file, margins));
  } catch (const nlohmann::json::exception& e) {
    throw UsageError(fmt::format("{}: not a result of leakrig: {}", options.file, e.what()));
  }
}

}  // namespace leakrig
