#pragma once

#include <atomic>
#include <string>

#include "harness/fake_sink/push_server.h"
#include "harness/live/event_feed.h"

namespace leakrig {

/// Serves the live page at / and its events at /events, on loopback: a thread a browser, of which there may
/// be kMostReaders. A browser that does not read blocks its own thread only, until the server ends.
class LiveServer final : private ConnectionObserver {
 public:
  static constexpr int kMostReaders = 16;

  /// `address`: "127.0.0.1:0" (port 0: any). Throws UsageError if it is not loopback's, Error if it cannot be
  /// listened on. `feed` outlives the server.
  LiveServer(const std::string& address, EventFeed& feed);
  /// Ends every connection at once.
  ~LiveServer() override;

  std::string url() const;
  /// Browsers that are being sent events.
  int readers() const { return readers_; }

 private:
  ServedAnswer answer(const ServedRequest& request);
  ServedAnswer page() const;
  ServedAnswer events();
  std::uint64_t connection_opened() override { return 0; }
  void connection_closed(std::uint64_t, std::uint64_t, bool) override {}
  void request_opened(const ServedRequest&) override {}
  void request_closed(std::uint64_t, Answer) override {}

  EventFeed& feed_;
  std::string host_;
  std::atomic<int> readers_ = 0;
  PushServer server_;  // last: its threads use all of the above
};

}  // namespace leakrig
