#include "harness/readings/row_taker.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "harness/readings/iso_time.h"
#include "harness/core/error.h"

namespace leakrig {
namespace {

bool is_metric(std::string_view name) {
  constexpr std::array<std::string_view, 6> kOthers{"t_s",     "time",  "containers",
                                                    "cycle_s", "due_s", "variant"};
  return std::find(kOthers.begin(), kOthers.end(), name) == kOthers.end() && !name.starts_with("rig_");
}

}  // namespace

std::optional<double> parse_cell(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  if (text.empty() || text == "null" || text == "NA") return kNoReading;
  double value = 0;
  if (text.front() == '+') text.remove_prefix(1);
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void RowTaker::fail(const std::string& message) const {
  throw UsageError(fmt::format("{}:{}: {}", source_, line_, message));
}

bool RowTaker::wanted(std::string_view name) const {
  return options_.metrics.empty()
             ? is_metric(name)
             : std::find(options_.metrics.begin(), options_.metrics.end(), name) != options_.metrics.end();
}

bool RowTaker::of_variant(const std::string& variant) {
  if (options_.variant) return variant == *options_.variant;
  if (variant_ && *variant_ != variant) {
    fail(fmt::format("a second variant, \"{}\" after \"{}\"; choose one with --variant", variant, *variant_));
  }
  variant_ = variant;
  return true;
}

double RowTaker::time_from(const std::string& text, bool iso) const {
  const auto value = iso ? parse_iso8601(text) : parse_cell(text);
  if (!value || !std::isfinite(*value)) {
    fail(iso ? fmt::format("\"{}\" is no ISO 8601 time such as 2025-11-06T10:00:00Z", text)
             : fmt::format("t_s is \"{}\", not a finite number", text));
  }
  return *value;
}

void RowTaker::begin_row(double seconds) {
  if (!origin_) origin_ = seconds;
  const double minute = (seconds - *origin_) / 60;
  if (readings_.rows > 0 && minute < minute_) {
    fail(fmt::format("time goes back, by {:g} s; sort the rows by time", (minute_ - minute) * 60));
  }
  minute_ = minute;
  ++readings_.rows;
}

void RowTaker::set_cycle(double seconds) {
  if (std::isnan(seconds)) return;
  if (!(seconds > 0) || !std::isfinite(seconds)) fail("cycle_s must be above 0");
  readings_.cycle_minutes = seconds / 60;
}

void RowTaker::add(const std::string& name, double value) {
  if (std::isnan(value)) {
    ++readings_.gaps;
    return;
  }
  if (!std::isfinite(value)) fail(fmt::format("{} is infinite", name));
  readings_.metrics[name].add(minute_, value, containers_);
}

Readings RowTaker::finish() {
  if (readings_.rows == 0) throw UsageError(fmt::format("{}: no rows", source_));
  for (const auto& name : options_.metrics) {
    if (readings_.metrics.contains(name)) continue;
    std::vector<std::string> there;
    for (const auto& [other, unused] : readings_.metrics) there.push_back(other);
    throw UsageError(
        fmt::format("{}: no metric \"{}\"{}", source_, name,
                    there.empty() ? "" : fmt::format("; there are: {}", fmt::join(there, ", "))));
  }
  if (readings_.metrics.empty())
    throw UsageError(fmt::format("{}: no column of numbers beside the time", source_));
  return std::move(readings_);
}

}  // namespace leakrig
