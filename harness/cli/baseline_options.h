#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// --baseline and --cost-margin, which `run` and `report` share.
struct BaselineOptions {
  std::string file;  ///< empty: none
  std::optional<double> cost_margin;
};

void add_baseline_options(CLI::App& app, BaselineOptions& options);

/// A committed result, or that of a run directory. Throws UsageError if it is neither.
nlohmann::json read_result(const std::string& file);

/// Before anything is started: throws UsageError where the run could not be compared.
void check_baseline(const BaselineOptions& options, const ScenarioSpec& scenario);

/// Compares, where a baseline is given, and lets the outcome decide.
void hold_against_baseline(const BaselineOptions& options, Analysis& analysis);

}  // namespace leakrig
