#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/live/event_feed.h"
#include "harness/live/live_server.h"

namespace leakrig {

/// The report's page in a browser while the run goes on. Readings are handed over in a queue and go out as
/// they are, four times a second; what they mean is worked out again by a thread of low priority, only while
/// somebody looks, and never more than a tenth of the time. Neither a slow browser nor a gone one is felt by
/// the run.
class LiveView {
 public:
  /// What is known so far; called from the view's own thread. May throw Error: then there is nothing yet.
  using Snapshot = std::function<Analysis()>;

  /// As LiveServer.
  LiveView(const std::string& address, Snapshot snapshot);
  ~LiveView();

  std::string url() const { return server_.url(); }
  /// A reading of a variant's first replicate. Any thread; does not block.
  void sampled(const std::string& variant, const Sample& sample);
  /// A variant began or ended: a new page is due.
  void renew();
  /// The final page; waits up to a second until the browsers have it.
  void finish(const Analysis& analysis);

 private:
  struct Reading {
    std::string variant;
    double minute = 0;
    std::map<std::string, double> values;
  };
  void work(const std::stop_token& stop);
  void stop_worker();
  void send_readings(const std::vector<Reading>& readings);
  void make_page();
  void publish(const Analysis& analysis, bool running);

  Snapshot snapshot_;
  EventFeed feed_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::vector<Reading> queue_;  ///< under mutex_
  bool renew_ = true;           ///< under mutex_
  // Of the last page, by the worker alone:
  std::vector<std::string> variants_;
  std::vector<std::string> metrics_;
  LiveServer server_;
  std::jthread worker_;
};

}  // namespace leakrig
