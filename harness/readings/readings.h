#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/readings/column_role.h"
#include "harness/readings/text_input.h"
#include "harness/readings/thinned_series.h"
#include "harness/readings/time_column.h"

namespace leakrig {

struct ReadingsOptions {
  std::vector<std::string> metrics;  ///< --metric: only these; empty: each that is no counter, id, text ...
  std::vector<std::string> judge;    ///< --judge: these besides, whatever they look like
  std::optional<std::string> variant;
  std::string input;  ///< --input: the form; empty: told by content
  TimeOptions time;
  std::vector<std::string> where;  ///< "pid=812"
  std::vector<std::string> by;     ///< "pid"
  std::vector<std::string> units;  ///< "MiB" for all, "rss=MiB" for one
  std::string load;                ///< --load: the column of the load
  std::string per;                 ///< --per: the counter that growth is measured against
  std::string decimal;             ///< --decimal: "point" or "comma"; empty: told by the file
  std::optional<double> cycle_s;
  double now_s = 0;  ///< the present, from 1970; 0: not known, nothing is in the future
};

/// One metric of one thing, to be judged.
struct SampleSeries {
  std::string name;                       ///< as in the file
  std::map<std::string, std::string> of;  ///< by --by, or of a total: empty
  Dimension dimension = Dimension::count;
  ThinnedSeries values;       ///< in bytes, seconds, percent or things, over minutes (or thousands of --per)
  std::vector<double> lives;  ///< where a new life begins, on the series's axis
  std::uint64_t gaps = 0;     ///< cells without a number
  bool total = false;         ///< the sum over all of --by
  double from_s = 0;          ///< the time that `values` begins at, on the file's clock
  ThinnedSeries by_time;      ///< with --per: the values over minutes
  ThinnedSeries counter_by_time;  ///< with --per: the thousands so far over minutes
  /// "fds", "fds{pid=812}", "fds (all)".
  std::string title() const;
};

/// How one column was understood.
struct ColumnNote {
  std::string name;
  Understanding understanding;
  std::uint64_t numbers = 0, gaps = 0, texts = 0;
  std::size_t values = 0;  ///< of a label or an id: how many there are, at most 1,000
  std::string example;
  bool judged = false;
};

/// What a file of samples held, and how it was understood.
struct FileReadings {
  std::string source;
  std::string form;  ///< "CSV"
  std::uint64_t rows = 0;
  std::string time_how;  ///< "time: epoch milliseconds, told by their magnitude"
  TimeBase clock = TimeBase::elapsed;
  double from_s = 0, to_s = 0, step_s = 0;
  std::vector<SampleSeries> series;
  std::vector<ColumnNote> columns;
  std::vector<std::string>
      notes;  ///< what was passed over, sorted, joined, taken as a restart: sentences without a full stop
  std::vector<std::string> counters;  ///< that --per may name
  std::string per;                    ///< the counter of --per
  std::optional<double> cycle_minutes;
  std::uint64_t gaps = 0;
  std::size_t lives = 1;  ///< at most, of one thing
};

/// Reads a file of samples in any of the forms of forms/form.h, and understands it. Throws UsageError that
/// says what is wrong with what (source, line, column) and which option helps: nothing is misread in silence.
FileReadings read_samples(std::unique_ptr<ByteSource> source, const std::string& name,
                          const ReadingsOptions& options);

/// The closing line: rows, span, step, what was judged, what was left out and why.
std::string closing_line(const FileReadings& readings);

/// --explain: how the file and each of its columns was understood, a line each.
std::string explained(const FileReadings& readings);

}  // namespace leakrig
