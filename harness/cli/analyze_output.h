#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/readings/readings.h"

namespace leakrig {

/// A metric of a file with its verdict.
struct AssessedSeries {
  MetricAnalysis metric;
  const SampleSeries* series = nullptr;
};

/// The verdicts of a file of samples as text: first lines, the verdicts with the worst first, how the file was understood where `explain`,
/// the closing line.
std::string analyze_text(const std::vector<AssessedSeries>& assessed, const FileReadings& readings,
                         bool explain);

/// The same as JSON, schema "leakrig/analysis/1".
nlohmann::json analyze_json(const std::vector<AssessedSeries>& assessed, const FileReadings& readings);

/// A leak in any of them is 1, else one that is not decided 4.
ExitCode exit_code_of_file(const std::vector<AssessedSeries>& assessed);

/// As an analysis of one variant, for the reports that draw it.
Analysis analysis_of_file(const std::vector<AssessedSeries>& assessed, const FileReadings& readings);

}  // namespace leakrig
