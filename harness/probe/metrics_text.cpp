#include "harness/probe/metrics_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "harness/core/error.h"

namespace leakrig {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

void skip_blanks(std::string_view& text) {
  text.remove_prefix(
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_blank) - text.begin()));
}

/// Takes a metric's or a label's name; empty if there is none.
std::string_view take_name(std::string_view& text) {
  const auto in_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':' || c == '.';  // a dot is no Prometheus, but exporters write it
  };
  const auto end = std::find_if_not(text.begin(), text.end(), in_name);
  const auto name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  if (!name.empty() && name.front() >= '0' && name.front() <= '9') return {};
  text.remove_prefix(name.size());
  return name;
}

bool take(std::string_view& text, char expected) {
  skip_blanks(text);
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

/// A quoted value with its escapes resolved.
std::optional<std::string> take_quoted(std::string_view& text) {
  if (!take(text, '"')) return std::nullopt;
  std::string value;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"') return value;
    if (c != '\\') {
      value += c;
      continue;
    }
    if (text.empty()) return std::nullopt;
    value += text.front() == 'n' ? '\n' : text.front();
    text.remove_prefix(1);
  }
  return std::nullopt;
}

/// `{a="1",b="2",}` if there is one; false if it is not of the format.
bool take_labels(std::string_view& text, std::map<std::string, std::string>& labels) {
  if (!take(text, '{')) return true;
  while (!take(text, '}')) {
    const auto name = take_name(text);
    if (name.empty() || !take(text, '=')) return false;
    const auto value = take_quoted(text);
    if (!value) return false;
    labels.insert_or_assign(std::string{name}, *value);
    if (take(text, ',')) continue;
    if (!take(text, '}')) return false;
    break;
  }
  return true;
}

std::optional<double> parse_value(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  // Also "Inf" and "NaN", in any case.
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::quiet_NaN();
  if (error != std::errc{}) return std::nullopt;
  return value;
}

std::string_view take_word(std::string_view& text) {
  skip_blanks(text);
  const auto end = std::find_if(text.begin(), text.end(), is_blank);
  const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  return word;
}

bool parse_line(std::string_view line, MetricSeries& series) {
  series.name = take_name(line);
  series.labels.clear();
  if (series.name.empty() || !take_labels(line, series.labels)) return false;
  const auto value = parse_value(take_word(line));
  if (!value) return false;
  series.value = *value;
  skip_blanks(line);
  if (line.empty() || line.starts_with('#')) return true;  // an exemplar
  if (!parse_value(take_word(line))) return false;         // a time stamp
  skip_blanks(line);
  return line.empty() || line.starts_with('#');
}

}  // namespace

SkippedLines parse_metrics(std::string_view text, const std::function<void(const MetricSeries&)>& found) {
  MetricSeries series;
  SkippedLines skipped;
  bool any = false;
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    skip_blanks(line);
    if (line.empty() || line.starts_with('#')) continue;
    if (parse_line(line, series)) {
      any = true;
      found(series);
    } else if (skipped.count++ == 0) {
      std::string shown{line.substr(0, 60)};
      std::replace_if(
          shown.begin(), shown.end(), [](char c) { return c < ' ' || c >= 0x7f; }, '?');
      skipped.first = fmt::format("line {} is \"{}\"", number, shown);
    }
  }
  if (!any && skipped.count > 0) throw Error("not Prometheus or OpenMetrics text: " + skipped.first);
  return skipped;
}

bool MetricSelector::matches(const MetricSeries& series) const {
  return series.name == name && std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
           const auto found = series.labels.find(label.first);
           return found != series.labels.end() && found->second == label.second;
         });
}

std::optional<MetricSelector> parse_metric_selector(std::string_view text) {
  MetricSelector selector;
  skip_blanks(text);
  selector.name = std::string{take_name(text)};
  if (selector.name.empty() || !take_labels(text, selector.labels)) return std::nullopt;
  skip_blanks(text);
  if (!text.empty()) return std::nullopt;
  return selector;
}

std::string format_labels(const std::map<std::string, std::string>& labels) {
  std::string out = "{";
  for (const auto& [name, value] : labels) {
    if (out.size() > 1) out += ',';
    out += name + "=\"" + value + '"';
  }
  return out + '}';
}

}  // namespace leakrig
