#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/ledger.h"
#include "harness/core/sample.h"

namespace leakrig {

/// A reading on a chart.
struct PlotPoint {
  double minute = 0;  ///< from T+0; the warm-up is negative
  double value = 0;
};

/// At most `most` (>= 4) of them, in order: the first, the last, and the least and the greatest of each of as
/// many windows of equal number as leave room, so that no peak is lost.
std::vector<PlotPoint> thinned(const std::vector<PlotPoint>& points, std::size_t most);

/// Every reading of a metric, the warm-up's too.
std::vector<PlotPoint> plot_points(const std::vector<Sample>& samples, const std::string& metric);

/// A request to the fake Docker over its life.
struct StreamSpan {
  double opened_s = 0;                 ///< scenario seconds from T+0
  std::optional<double> superseded_s;  ///< a newer one of the same kind, container and process was opened
  std::optional<double> closed_s;      ///< nothing: open at the end
};

/// The long-lived requests for one container.
struct ContainerLane {
  std::string container;
  std::string request;
  std::size_t opened = 0;         ///< all of them, drawn or not
  std::size_t orphans = 0;        ///< superseded and open at the end
  std::vector<StreamSpan> spans;  ///< by opening
};

/// When each container's streams were opened, superseded and closed: for the request kinds that left any open
/// at the end.
struct OrphanTimeline {
  static constexpr std::size_t kMostLanes = 40;
  static constexpr std::size_t kMostSpans = 1200;  ///< in all lanes together

  double start_s = 0;
  double end_s = 0;
  std::size_t containers = 0;  ///< that there are; the lanes are those with most orphans
  std::size_t spans = 0;       ///< that there are; orphans are drawn first
  std::vector<ContainerLane> lanes;
};

/// `end_s`: the last reading's time.
OrphanTimeline orphan_timeline(const std::vector<LedgerEntry>& ledger, double end_s);

}  // namespace leakrig
