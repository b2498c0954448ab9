#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/core/units.h"
#include "harness/readings/readings.h"
#include "harness/readings/time_text.h"

namespace leakrig {
namespace {

std::string span_of(double seconds) {
  if (seconds >= 2 * 86400.0) return fmt::format("{:.1f} days", seconds / 86400);
  return humanize_duration(from_seconds(seconds));
}

std::string moment(const FileReadings& readings, double seconds) {
  if (readings.clock == TimeBase::elapsed) return fmt::format("{:g} s", seconds);
  const std::string text = time_shown(seconds);
  return readings.clock == TimeBase::time_of_day ? text.substr(std::min<std::size_t>(11, text.size())) : text;
}

/// "1 value (812)", "2 values": of labels and ids.
std::string values_of(const ColumnNote& column) {
  if (column.values == 1) return fmt::format("always \"{}\"", column.example);
  return column.values >= 1000 ? "1,000 values or more" : fmt::format("{} values", column.values);
}

std::string reason_of(const ColumnNote& column) {
  const auto& meaning = column.understanding;
  std::string reason = to_string(meaning.role);
  if (!meaning.why.empty() && meaning.why != reason && meaning.why != "an id") reason += ": " + meaning.why;
  if (meaning.role == Role::label || meaning.role == Role::id) reason += ", " + values_of(column);
  return reason;
}

}  // namespace

std::string closing_line(const FileReadings& readings) {
  constexpr std::size_t kMostNamed = 40;
  std::string line =
      fmt::format("{} {} over {}", with_thousands(static_cast<std::int64_t>(readings.rows)),
                  readings.rows == 1 ? "row" : "rows", span_of(readings.to_s - readings.from_s));
  if (readings.step_s > 0) line += ", one each " + span_of(readings.step_s);
  line += fmt::format(" ({} to {}); judged: ", moment(readings, readings.from_s),
                      moment(readings, readings.to_s));
  for (std::size_t i = 0; i < readings.series.size(); ++i) {
    if (i == kMostNamed) {
      line += fmt::format(" and {} more", readings.series.size() - i);
      break;
    }
    line += (i == 0 ? "" : ", ") + readings.series[i].title();
  }
  std::string out;
  std::size_t count = 0;
  for (const auto& column : readings.columns) {
    if (column.judged) continue;
    if (column.understanding.role == Role::time && column.understanding.why.empty()) continue;
    if (++count > kMostNamed) continue;
    out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", column.name, reason_of(column));
  }
  if (count > kMostNamed) out += fmt::format(" and {} more (--explain names all)", count - kMostNamed);
  if (!out.empty()) line += "; left out: " + out;
  return line;
}

std::string explained(const FileReadings& readings) {
  std::string text =
      fmt::format("{}: read as {}\n  time: {}; {} to {}\n", readings.source, readings.form, readings.time_how,
                  moment(readings, readings.from_s), moment(readings, readings.to_s));
  for (const auto& column : readings.columns) {
    if (column.understanding.role == Role::time && column.understanding.why.empty()) continue;
    const auto& meaning = column.understanding;
    fmt::format_to(std::back_inserter(text), "  {:<32} {}", column.name, reason_of(column));
    if (!meaning.unit.empty())
      fmt::format_to(std::back_inserter(text), "; in {} ({})", meaning.unit, meaning.unit_why);
    if (column.numbers > 0 && meaning.role != Role::label)
      fmt::format_to(std::back_inserter(text), "; {} numbers",
                     with_thousands(static_cast<std::int64_t>(column.numbers)));
    if (column.gaps > 0) fmt::format_to(std::back_inserter(text), ", {} gaps", column.gaps);
    if (column.texts > 0 && column.numbers > 0)
      fmt::format_to(std::back_inserter(text), ", {} texts", column.texts);
    text += '\n';
  }
  for (const auto& note : readings.notes) text += "  " + note + "\n";
  return text;
}

}  // namespace leakrig
