#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/probe/probe.h"
#include "harness/probe/waiter.h"
#include "harness/subject/subject.h"
#include "harness/watch/watch_record.h"
#include "harness/watch/watch_table.h"

namespace leakrig {

/// What a watch works with. All of it outlives the session.
struct WatchParts {
  WatchRecord& record;
  const std::vector<std::unique_ptr<Probe>>& probes;
  Subject* subject = nullptr;  ///< the process, where there is one
  /// Asked at every slot: why to go on would be of no use, if so. Empty: never asked.
  std::function<std::optional<std::string>()> hopeless = {};
  WatchSchedule schedule;
  bool until_sure = false;
  std::FILE* table = nullptr;  ///< where rows are printed; null: nowhere
  bool color = false;
  std::function<void(const Sample& sample, bool row)> told =
      {};  ///< of each reading, once it is in the record
};

/// Samples until the end of the schedule, of the subject or of the caller's patience, or until it is sure,
/// and puts it all into the record. Sure is judged whenever the rows have grown by half, by the sequential test of `run
/// --stop-when-sure` for an open number of looks (stats/sequential.h). Sure of `stable` it is only after so long that a leak at the tolerance would have
/// shown.
class WatchSession final : public SampleSink {
 public:
  explicit WatchSession(const WatchParts& parts);

  void run(const Clock& clock, const std::stop_token& stop);
  void record(const Sample& sample) override;

 private:
  void look_at_row(const Sample& sample);
  bool is_sure();
  bool nothing_read_for_long(const Sample& sample);

  WatchParts parts_;
  std::optional<WatchTable> table_;
  EventWaiter waiter_;
  std::size_t rows_ = 0;
  std::size_t next_look_ = 4;  ///< rows
  int looks_ = 0;
  bool sure_ = false;
  std::optional<double> silent_since_s_;
  bool silent_ = false;
  std::optional<std::string> hopeless_;
};

}  // namespace leakrig
