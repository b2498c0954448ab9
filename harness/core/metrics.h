#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leakrig {

/// Names of the metrics that the rig itself reads; a probe may add others (any gauge of a metrics page).
namespace metric {
inline constexpr const char* kThreads = "threads";
inline constexpr const char* kGoroutines = "goroutines";
inline constexpr const char* kProcesses = "processes";
inline constexpr const char* kSockets = "sockets";
inline constexpr const char* kSocketsUnix = "sockets_unix";
inline constexpr const char* kSocketsTcp = "sockets_tcp";
inline constexpr const char* kFds = "fds";
inline constexpr const char* kRssBytes = "rss_bytes";
inline constexpr const char* kCpuSeconds = "cpu_s";
/// Containers that should be running: the load that growth is adjusted for.
inline constexpr const char* kContainers = "containers";
/// Child processes of the subject that the other numbers leave out.
inline constexpr const char* kUncountedChildren = "uncounted_children";
inline constexpr const char* kDockerConnections = "docker_connections";
inline constexpr const char* kDockerStreams = "docker_streams";
/// Connections that the fake Docker turned away for want of descriptors of its own, so far; only where there are.
inline constexpr const char* kDockerRefused = "docker_refused";
/// Before "threads", "sockets" and "fds": a kind of group that has one row a process of the subject's tree.
inline constexpr const char* kMemberKind = "member_";
/// What a watch counts its growth against: requests of the load, a counter of the subject's metrics page.
inline constexpr const char* kLoadCount = "load_count";
}  // namespace metric

/// What a metric's values are numbers of.
enum class Quantity { count, bytes, seconds };

/// When a metric's growth counts towards the verdict.
enum class Judged {
  always,
  unless_goroutines,  ///< threads: Go's runtime keeps threads as it likes, its goroutines are what leaks
  on_request,         ///< memory: it follows load and allocator; by "also_judge" or an expectation
  never,              ///< not the subject's own, or a part of another metric: context, never a row of a table
};

/// A row of the catalogue: everything that anybody needs to know of a metric. A name that is not in the
/// catalogue is one of a probe's: judged always, counted in itself, in bytes if it ends in "_bytes".
struct MetricInfo {
  std::string name;
  std::string title;       ///< "File descriptors": at the head of a column
  std::string singular;    ///< "file descriptor": after 1
  std::string plural;      ///< "file descriptors": after other numbers, and in a sentence
  std::string group_kind;  ///< "fd": the kind of the groups that it is made of; empty: it has none
  Quantity quantity = Quantity::count;
  /// Of several that are equally bad, the lowest leads: what names code best comes first.
  int rank = 0;
  Judged judged = Judged::always;

  bool is_bytes() const { return quantity == Quantity::bytes; }
  /// As result.json says it: "bytes", "s", else the metric's name.
  std::string unit() const;
};

/// The catalogue, by rank.
const std::vector<MetricInfo>& metric_catalogue();

/// The catalogue's row, or what a probe's own name says of itself.
MetricInfo metric_info(std::string_view name);

/// The metric that is made of groups of a kind: "fds" of "fd". Empty for kinds that are evidence only, such
/// as "goroutineleak".
std::string metric_of_group(std::string_view kind);

/// Of a unit as result.json says it.
Quantity quantity_of_unit(std::string_view unit);

/// A value: "1,234", "2.50", "57.3 MiB", "0.4 s".
std::string amount_text(Quantity quantity, double value);
/// The same with its sign: "+161", "-4", "+0".
std::string signed_amount_text(Quantity quantity, double value);
/// A rate: "32.0/min", "1.4 MiB/min". What rounds to nothing has no sign.
std::string rate_text(Quantity quantity, double per_min);
/// The same without "/min", for the ends of an interval: "31.1", "1.4 MiB".
std::string rate_number_text(Quantity quantity, double per_min);
/// A tolerance as it was set: "2/min", "1 MiB/min".
std::string tolerance_text(Quantity quantity, double per_min);
/// A number of what is counted: "119 goroutines", "1 socket", "57.3 MiB of resident memory".
std::string counted_text(const MetricInfo& metric, double value);

}  // namespace leakrig
