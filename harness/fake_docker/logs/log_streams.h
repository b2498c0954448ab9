#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/fake_docker/http/connection.h"
#include "harness/fake_docker/http/live_counters.h"
#include "harness/fake_docker/logs/log_encoder.h"
#include "harness/fake_docker/logs/log_feed.h"
#include "harness/fake_docker/logs/log_plan.h"
#include "harness/fake_docker/logs/timing_wheel.h"

namespace leakrig {

/// How an answer under way ends before its time.
enum class StreamBreak {
  end,           ///< properly, as if there were no more to say
  close,         ///< the connection is closed, without the answer's end
  reset,         ///< likewise, with a reset where the network has one
  cut_in_frame,  ///< likewise, in the middle of a message
};

/// All answers that are log lines. Made for tens of thousands: a stream is a small struct, all share one
/// timer (a wheel over containers), one epoll set and one buffer. A line is formatted once for all the
/// streams of a container that want it alike. A client that stops reading leaves at most one cut line behind
/// here: its next sequence number stays where it is, and lines are made when the socket takes them. Serving
/// thread only.
class LogStreams final : public LogFeed {
 public:
  struct Hooks {
    std::function<void()> advance;  ///< brings the fleet up to now; may call container_ended
    /// An answer is over; `closed_by` as the ledger writes it.
    std::function<void(const ConnectionRecord&, const RequestRecord&, std::string_view closed_by)> answered;
    std::function<void(const ConnectionRecord&, std::string_view closed_by)> closed;
    std::function<void(HandedConnection)> resume;  ///< an answer is complete and the connection lives on
  };
  LogStreams(boost::asio::io_context& io, Fleet& fleet, const ScenarioClock& clock,
             LiveCounters& counters, Hooks hooks);

  /// Sends `head`, then the lines of `plan`. Owns the connection until its end or until it is resumed.
  void begin(const LogPlan& plan, HandedConnection handed, std::string head);
  void container_ended(std::size_t container) override;
  void container_resumed(std::size_t container) override;
  /// Ends the streams that follow a container, in a way of the network's or the daemon's; how many there were.
  std::size_t break_streams(std::size_t container, StreamBreak how);
  /// Calls `visit` for every stream.
  void each(const std::function<void(const OpenRequest&)>& visit) const;
  /// Drops every stream.
  void drop_all(std::string_view closed_by);
  /// The same at the end: also stops waiting for anything.
  void close_all();

 private:
  enum class State : std::uint8_t { free, waiting, live };
  struct Stream {
    State state = State::free;
    LogFormat format;
    bool follow = false;  ///< `end` may still come down when the container stops
    bool keep_alive = false;
    bool wants_write = false;  ///< registered for writability
    bool ending = false;       ///< what is pending is the last of it
    int fd = -1;
    std::uint32_t container = 0;
    std::uint32_t position = 0;  ///< in its feed's list
    std::uint32_t generation = 0;
    std::uint64_t next = 0;
    std::uint64_t end = 0;
    ConnectionRecord connection;
    RequestRecord request;
    std::unique_ptr<std::string> pending;  ///< the head, the tail of one line, or the end
    std::unique_ptr<std::string> unread;
  };
  /// The streams of one container.
  struct Feed {
    std::uint64_t next = 0;  ///< where its live streams stand
    std::uint64_t scheduled = 0;  ///< the tick that it is in the wheel for; 0: none
    std::vector<std::uint32_t> live;
    std::vector<std::uint32_t> waiting;
  };

  std::uint32_t take_slot();
  void list(std::uint32_t slot, State state);
  void unlist(std::uint32_t slot);
  void watch(std::uint32_t slot, bool writable, int operation);

  void wait_for_sockets();
  void on_sockets();
  void schedule(std::uint32_t container);
  void arm_timer();
  void on_timer();
  /// Asks for the memory of a feed's streams, which lie scattered: they are waited for together, not in turn.
  void prefetch(const std::vector<std::uint32_t>& slots) const;
  void run_feed(std::uint32_t container, Nanos now);

  void pump(std::uint32_t slot);
  bool flush_pending(std::uint32_t slot);
  void stall(std::uint32_t slot);
  /// False if the socket is not ready for more, or gone.
  bool send_lines(std::uint32_t slot, const EncodedLines& lines);
  void finish(std::uint32_t slot);
  void drop(std::uint32_t slot, std::string_view closed_by);
  HandedConnection take_out(std::uint32_t slot);

  std::uint64_t lines_a_batch(std::uint32_t container) const;
  std::uint64_t tick_of(Nanos scenario_time) const;
  /// The tick at which the lines of `tick` leave.
  std::uint64_t departure(std::uint64_t tick) const;

  Fleet* fleet_;
  const ScenarioClock* clock_;
  LiveCounters* counters_;
  Hooks hooks_;
  LogEncoder encoder_;
  boost::asio::posix::stream_descriptor epoll_;
  boost::asio::steady_timer timer_;
  std::uint64_t timer_tick_ = 0;  ///< what it is set to; 0: not set
  TimingWheel wheel_;
  std::vector<Stream> streams_;
  std::vector<std::uint32_t> free_;
  std::vector<Feed> feeds_;
  std::vector<std::uint32_t> due_;
  std::vector<std::pair<LogFormat, EncodedLines>> shared_;  ///< of the feed being run, by format
  EncodedLines own_;
};

}  // namespace leakrig
