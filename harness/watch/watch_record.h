#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/run_record.h"
#include "harness/run/recorder.h"

namespace leakrig {

struct WatchSchedule {
  Nanos warmup{0};
  Nanos duration{0};  ///< the planned one, however long
  Nanos every{0};     ///< rows, from T+0
  Nanos resolution{0};
};

/// The record of a watch of any length, in bounded memory and disk. When it holds too many readings it keeps
/// every second one, and when it holds too many rows every second row, from then on and of those it has: it
/// is always what a watch with that coarser schedule would have recorded, and its scenario says so. The first
/// row stays.
class WatchRecord {
 public:
  static constexpr std::size_t kMostSamples = 2000;
  static constexpr std::size_t kMostRows = 60;

  /// `scenario` gets its "sampling" here. `directory`, where given, is made a run directory, as RunRecorder
  /// does.
  WatchRecord(nlohmann::json scenario, const WatchSchedule& schedule,
              const std::optional<std::filesystem::path>& directory, pid_t pid);

  /// In the order of their slots. True for a table row, kept or not.
  bool add(const Sample& sample);
  void end(Outcome outcome, const std::string& detail, double wall_s);
  /// Throws Error if the directory could not be written in full.
  void check() const;

  const RunRecord& run() const { return run_; }
  const VariantRecord& watched() const { return run_.variants.front(); }

 private:
  struct Place {
    std::int64_t slot = 0;
    std::int64_t row = -1;  ///< which row of the table; -1: none
  };
  Place place_of(const Sample& sample) const;
  bool is_kept(const Place& place) const;
  void describe_sampling();
  void thin();

  WatchSchedule schedule_;
  RunRecord run_;
  std::optional<RunRecorder> files_;
  std::optional<VariantRecorder> lines_;
  std::int64_t every_nth_ = 1;      ///< slot is kept
  std::int64_t every_nth_row_ = 1;  ///< row is kept
  std::int64_t last_row_ = -1;
  std::vector<Place> places_;  ///< of the samples in watched()
};

}  // namespace leakrig
