#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/core/run_record.h"

namespace leakrig {

/// Where reports go besides the run directory: the options that `run`, `report` and `watch` share.
struct OutputOptions {
  std::string format;                ///< on standard output; empty: the verb's choice
  bool json = false;                 ///< the same as format json
  bool quiet = false;                ///< nothing on standard output, but --json; a line on exit 3
  std::vector<std::string> exports;  ///< "junit=leakrig.xml"
  std::string history;               ///< an SQLite file; empty: none
  bool github = false;               ///< annotations, and the job summary
  std::optional<bool> strict;        ///< whether missing evidence is an error; none: where CI is set
};

/// Declares --format, --json, --export, --history, --github and --strict. `fallback` says what --format is
/// without it.
void add_output_options(CLI::App& app, OutputOptions& options, const std::string& fallback);

/// Before anything is started: throws UsageError for a format that there is not, and Error or UsageError for
/// a history that cannot be used.
void check_outputs(const OutputOptions& options);

/// Makes missing evidence an expectation that failed, where that is asked for or the environment says CI.
/// Before anything is written of the analysis.
void apply_strict(const OutputOptions& options, Analysis& analysis);

/// Writes the exported files, records the result in the history, then prints the report (in `fallback` if no
/// format was chosen) and for GitHub the annotations, and appends to the file that GITHUB_STEP_SUMMARY names.
/// With `quiet`, a result that is not 0 is one line on standard error.
/// Several analyses of one command: call it for each. Throws Error for a file that cannot be written.
void write_outputs(const OutputOptions& options, const Analysis& analysis, const std::string& fallback);

/// Writes the files of `--export samples=FILE`: the readings themselves as CSV. `load` is called only where
/// that was asked for. Throws Error for a file that cannot be written.
void write_samples(const OutputOptions& options, const std::function<RunRecord()>& load);

/// A source file as compiled in to its path below the working directory: by dropping leading folders until it
/// is there. Empty if it is not.
std::string locate_source(const std::string& file, const std::filesystem::path& root);

}  // namespace leakrig
