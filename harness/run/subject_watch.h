#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "harness/core/ledger.h"

namespace leakrig {

/// What a subject has under way, as its servers see it.
struct Footing {
  std::set<std::string> followed;   ///< containers with a log stream open
  std::uint64_t event_streams = 0;  ///< open
  bool pushes = false;              ///< it has delivered lines
  std::set<std::string> endpoints;  ///< asked for so far
};

/// Passes the ledger on and keeps count of what a subject has under way. Any thread.
class SubjectWatch final : public LedgerSink {
 public:
  /// `next` outlives this.
  explicit SubjectWatch(LedgerSink& next) : next_(next) {}

  void record(const LedgerEntry& entry) override;

  Footing footing() const;
  /// Requests opened so far, to both servers.
  std::uint64_t requests() const;
  /// Whether a list of containers that was asked for since then has been answered.
  bool has_listed_since(double t_s) const;
  /// Answers other than errors since `t_s` (the servers' scenario seconds).
  bool was_answered_since(double t_s) const;
  /// Lines delivered since then.
  bool has_delivered_since(double t_s) const;
  /// The longest time without a request begun within [from_s, to_s], in scenario seconds.
  double longest_pause(double from_s, double to_s) const;
  std::uint64_t requests_between(double from_s, double to_s) const;

 private:
  LedgerSink& next_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::string> log_streams_;  ///< request -> container
  std::uint64_t event_streams_ = 0;
  bool pushes_ = false;
  std::set<std::string> endpoints_;
  std::map<std::uint64_t, double> open_lists_;  ///< request -> when it was asked for
  double last_list_s_ = -1e9;  ///< when the last one that was answered was asked for
  double last_good_answer_s_ = -1e9;
  double last_delivery_s_ = -1e9;
  std::vector<double> asked_s_;
};

}  // namespace leakrig
