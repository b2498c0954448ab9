#include "harness/core/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/core/start_time.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

/// What is smaller rounds to nothing at one decimal, and must not read "-0.0".
double without_negative_zero(double value) {
  return std::abs(value) < 0.05 ? 0.0 : value;
}

/// Beyond it a number is told by its size: 1e308 has 309 digits, and no integer holds it.
constexpr double kLongestNumber = 1e15;

std::vector<MetricInfo> make_catalogue() {
  const auto context = [](const char* name, const char* title, const char* singular, const char* plural,
                          Quantity quantity, int rank) {
    return MetricInfo{name, title, singular, plural, "", quantity, rank, Judged::never};
  };
  constexpr auto count = Quantity::count;
  constexpr auto bytes = Quantity::bytes;
  return {
      {metric::kGoroutines, "Goroutines", "goroutine", "goroutines", "goroutine", count, 0, Judged::always},
      {metric::kThreads, "Threads", "thread", "threads", "thread", count, 1, Judged::unless_goroutines},
      {metric::kProcesses, "Processes", "process", "processes", "process", count, 2, Judged::always},
      {metric::kSockets, "Sockets", "socket", "sockets", "socket", count, 3, Judged::always},
      {metric::kFds, "File descriptors", "file descriptor", "file descriptors", "fd", count, 4,
       Judged::always},
      {metric::kRssBytes, "Resident memory", "resident memory", "resident memory", "", bytes, 1000,
       Judged::on_request},
      {"rss_anon_bytes", "Anonymous memory", "anonymous memory", "anonymous memory", "", bytes, 1001,
       Judged::on_request},
      {"pss_bytes", "Proportional memory", "proportional memory", "proportional memory", "", bytes, 1002,
       Judged::on_request},
      context(metric::kSocketsUnix, "Unix sockets", "Unix socket", "Unix sockets", count, 2000),
      context(metric::kSocketsTcp, "TCP sockets", "TCP socket", "TCP sockets", count, 2001),
      context(metric::kCpuSeconds, "CPU time", "CPU time", "CPU time", Quantity::seconds, 2002),
      context(metric::kContainers, "Containers", "container", "containers", count, 2003),
      context(metric::kDockerConnections, "Connections to the fake Docker", "connection to the fake Docker",
              "connections to the fake Docker", count, 2004),
      context(metric::kDockerStreams, "Streams of the fake Docker", "stream of the fake Docker",
              "streams of the fake Docker", count, 2005),
      context(metric::kLoadCount, "Load", "unit of load", "units of load", count, 2006),
      context(metric::kUncountedChildren, "Uncounted child processes", "uncounted child process",
              "uncounted child processes", count, 2007),
      context(metric::kProcessStartTime, "Start time", "start time", "start times", Quantity::seconds, 2008),
      context(metric::kDockerRefused, "Connections refused by the fake Docker",
              "connection refused by the fake Docker", "connections refused by the fake Docker", count, 2009),
  };
}

/// Behind what the rig counts itself, before memory.
constexpr int kRankOfUnknown = 500;

}  // namespace

const std::vector<MetricInfo>& metric_catalogue() {
  static const std::vector<MetricInfo> catalogue = make_catalogue();
  return catalogue;
}

std::string MetricInfo::unit() const {
  switch (quantity) {
    case Quantity::bytes:
      return "bytes";
    case Quantity::seconds:
      return "s";
    case Quantity::count:
      break;
  }
  return name;
}

MetricInfo metric_info(std::string_view name) {
  const auto& catalogue = metric_catalogue();
  const auto found =
      std::find_if(catalogue.begin(), catalogue.end(), [&](const auto& row) { return row.name == name; });
  if (found != catalogue.end()) return *found;
  MetricInfo own;
  own.name = own.title = own.singular = own.plural = std::string{name};
  own.rank = kRankOfUnknown;
  if (name.ends_with("_bytes")) {
    own.quantity = Quantity::bytes;
    own.judged = Judged::on_request;
  }
  return own;
}

std::string metric_of_group(std::string_view kind) {
  for (const auto& row : metric_catalogue()) {
    if (!row.group_kind.empty() && row.group_kind == kind) return row.name;
  }
  return "";
}

Quantity quantity_of_unit(std::string_view unit) {
  return unit == "bytes" ? Quantity::bytes : unit == "s" ? Quantity::seconds : Quantity::count;
}

std::string amount_text(Quantity quantity, double value) {
  if (quantity == Quantity::bytes) return humanize_bytes(value);
  if (std::abs(value) >= kLongestNumber) return fmt::format("{:.3g}", value);
  if (quantity == Quantity::seconds) return fmt::format("{:.1f} s", without_negative_zero(value));
  if (value != std::floor(value)) return fmt::format("{:.2f}", value);
  return with_thousands(std::llround(value));
}

std::string signed_amount_text(Quantity quantity, double value) {
  return (value < 0 ? "-" : "+") + amount_text(quantity, std::abs(value));
}

std::string rate_number_text(Quantity quantity, double per_min) {
  if (quantity == Quantity::bytes) return humanize_bytes(per_min);
  if (std::abs(per_min) >= kLongestNumber) return fmt::format("{:.3g}", per_min);
  return fmt::format("{:.1f}", without_negative_zero(per_min));
}

std::string rate_text(Quantity quantity, double per_min) {
  return rate_number_text(quantity, per_min) + "/min";
}

std::string tolerance_text(Quantity quantity, double per_min) {
  if (quantity != Quantity::bytes) return significant_text(per_min, 6) + "/min";
  std::string text = humanize_bytes(per_min);
  if (const auto zero = text.find(".0 "); zero != std::string::npos) text.erase(zero, 2);
  return text + "/min";
}

std::string counted_text(const MetricInfo& metric, double value) {
  const std::string amount = amount_text(metric.quantity, value);
  if (metric.quantity != Quantity::count) return amount + " of " + metric.plural;
  return amount + " " + (std::abs(value) == 1 ? metric.singular : metric.plural);
}

}  // namespace leakrig
