#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "harness/readings/readings.h"

namespace leakrig {

/// Stands for a gap in a row.
inline constexpr double kNoReading = std::numeric_limits<double>::quiet_NaN();

/// A number, kNoReading for a gap ("", "null", "NA", "NaN"), or nothing for neither.
std::optional<double> parse_cell(std::string_view text);

/// Takes rows, whatever the format, into the series; knows the rules that both formats share. Throws
/// UsageError naming source and line where one is broken. `options` outlives this.
class RowTaker {
 public:
  RowTaker(std::string source, const ReadingsOptions& options)
      : source_(std::move(source)), options_(options) {}

  [[noreturn]] void fail(const std::string& message) const;
  void set_line(std::uint64_t line) { line_ = line; }
  std::uint64_t line() const { return line_; }

  /// Whether a column is a metric that was asked for.
  bool wanted(std::string_view name) const;
  /// False if the row is of a variant that was not asked for.
  bool of_variant(const std::string& variant);
  /// Seconds, of `t_s` or of an ISO 8601 time.
  double time_from(const std::string& text, bool iso) const;

  /// Begins a row at `seconds`.
  void begin_row(double seconds);
  void set_containers(double value) { containers_ = value; }
  void set_cycle(double seconds);
  void add(const std::string& name, double value);

  /// All rows; the taker is empty afterwards.
  Readings finish();

 private:
  std::string source_;
  const ReadingsOptions& options_;
  Readings readings_;
  std::uint64_t line_ = 1;
  std::optional<std::string> variant_;
  std::optional<double> origin_;
  double minute_ = 0;
  double containers_ = kNoReading;
};

/// The two formats. `begun`: what was already taken off the stream.
void read_csv(std::istream& in, const std::string& begun, RowTaker& rows);
void read_json_lines(std::istream& in, std::string begun, RowTaker& rows);

}  // namespace leakrig
