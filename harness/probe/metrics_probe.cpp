#include "harness/probe/metrics_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/core/error.h"
#include "harness/core/start_time.h"
#include "harness/probe/group_labels.h"

namespace leakrig {
namespace {

/// A JSON document takes many times its length in memory, and expvar's are small.
constexpr std::size_t kMaxJson = std::size_t{8} << 20U;

HttpUrl checked_url(const std::string& text) {
  const auto url = parse_subject_url(text);
  if (!url)
    throw UsageError(fmt::format(
        "\"{}\" is no address of metrics: http://HOST:PORT/PATH, https:// or unix:///SOCKET:/PATH is needed",
        unreadable_address(text)));
  auto with_login = *url;
  add_login(with_login, netrc_text());
  return with_login;
}

/// "; it has: a_total, b and 12 more"
std::string what_there_is(const std::string& body) {
  constexpr std::size_t kMostNamed = 12;
  std::set<std::string> names;
  const auto document = nlohmann::json::parse(body.size() <= kMaxJson ? body : "", nullptr, false);
  if (document.is_object()) {
    const auto flat = document.flatten();  // outlives the loop over its items
    for (const auto& [pointer, value] : flat.items()) {
      if (value.is_number()) names.insert(pointer);
    }
  } else {
    try {
      parse_metrics(body, [&](const MetricSeries& series) { names.emplace(series.name); });
    } catch (const Error&) {
      return "";
    }
  }
  if (names.empty()) return "; it has none at all";
  std::string text;
  std::size_t named = 0;
  for (const auto& name : names) {
    if (++named > kMostNamed) break;
    text += (text.empty() ? "; it has: " : ", ") + name;
  }
  if (names.size() > kMostNamed) text += fmt::format(" and {} more", names.size() - kMostNamed);
  return text;
}

/// As "thread" is of "threads".
std::string kind_of(const std::string& metric) {
  return metric.size() > 1 && metric.ends_with('s') ? metric.substr(0, metric.size() - 1) : metric;
}

}  // namespace

MetricsProbe::MetricsProbe(const std::string& url, const std::map<std::string, std::string>& metrics,
                           FetchLimits limits)
    : url_(without_logins(url)), fetcher_(checked_url(url), limits) {
  for (const auto& [text, metric] : metrics) {
    Wanted wanted{text, {}, text.starts_with('/') ? text : "/" + text, metric};
    if (text.starts_with('/')) {
      try {
        nlohmann::json::json_pointer{text};
      } catch (const nlohmann::json::exception&) {
        throw UsageError(fmt::format("\"{}\" is no JSON pointer", text));
      }
    } else if (const auto selector = parse_metric_selector(text)) {
      wanted.selector = *selector;
    } else {
      throw UsageError(
          fmt::format("\"{}\" names no metric: NAME or NAME{{LABEL=\"VALUE\"}} is needed", text));
    }
    wanted_.push_back(std::move(wanted));
  }
}

bool MetricsProbe::read_all(ProbeValues& values, Groups* groups) {
  auto fetched = fetcher_.get();
  problem_ = fetched.problem;
  if (!fetched.ok) return false;
  ProbeValues found;
  Groups parts;
  try {
    const auto start = fetched.body.find_first_not_of(" \t\r\n");
    if (start != std::string::npos && fetched.body[start] == '{') {
      read_json(fetched.body, found);
    } else {
      read_text(fetched.body, found, groups == nullptr ? nullptr : &parts);
    }
  } catch (const Error& error) {
    problem_ = url_ + ": " + error.what();
    return false;
  }
  const bool nothing = std::none_of(wanted_.begin(), wanted_.end(),
                                    [&](const auto& wanted) { return found.contains(wanted.metric); });
  const auto missing = std::find_if(wanted_.rbegin(), wanted_.rend(),
                                    [&](const auto& wanted) { return !found.contains(wanted.metric); });
  if (missing != wanted_.rend())
    problem_ = fmt::format("{}: it has no number \"{}\"{}", url_, missing->text, what_there_is(fetched.body));
  if (nothing) return false;
  for (const auto& [metric, value] : found) values[metric] = value;
  if (groups != nullptr) groups->merge(parts);
  return true;
}

void MetricsProbe::read_text(const std::string& body, ProbeValues& values, Groups* groups) {
  std::map<std::string, GroupCounts> counts;
  std::map<std::string, std::size_t> series_found;
  std::map<std::string, std::size_t> not_finite;
  const auto skipped = parse_metrics(body, [&](const MetricSeries& series) {
    if (series.name == metric::kProcessStartTime && std::isfinite(series.value))
      values.emplace(series.name, series.value);
    for (const auto& wanted : wanted_) {
      if (!wanted.selector.matches(series)) continue;
      ++series_found[wanted.metric];
      if (!std::isfinite(series.value)) {
        ++not_finite[wanted.metric];
        continue;
      }
      if (series.name == metric::kProcessStartTime) continue;  // it is there already
      values[wanted.metric] += series.value;
      if (groups != nullptr) counts[wanted.metric].add(format_labels(series.labels), series.value);
    }
  });
  if (skipped.count > 0)
    problem_ = fmt::format("{}: {} lines are no Prometheus text, and were passed over ({})", url_,
                           skipped.count, skipped.first);
  for (const auto& [name, count] : not_finite) {
    if (count < series_found[name])
      problem_ = fmt::format("{}: of the {} series of {} {} are no number (NaN); the others were added", url_,
                             series_found[name], name, count);
  }
  for (const auto& [metric, parts] : counts) {
    if (series_found[metric] > 1 && values.contains(metric)) parts.add_to((*groups)[kind_of(metric)]);
  }
}

void MetricsProbe::read_json(const std::string& body, ProbeValues& values) const {
  if (body.size() > kMaxJson) throw Error(fmt::format("more than {} MiB of JSON", kMaxJson >> 20U));
  const auto document = nlohmann::json::parse(body, nullptr, false);
  if (document.is_discarded()) throw Error("it is cut short, or no JSON");
  for (const auto& wanted : wanted_) {
    const nlohmann::json::json_pointer pointer{wanted.pointer};
    if (!document.contains(pointer)) continue;
    const auto& value = document.at(pointer);
    if (value.is_number() && std::isfinite(value.get<double>())) values[wanted.metric] = value.get<double>();
  }
}

}  // namespace leakrig
