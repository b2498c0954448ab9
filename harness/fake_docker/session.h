#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string_view>

#include "harness/fake_docker/http/connection.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig {

class LogStreams;

/// The connections that are between requests or in one; a log stream takes its connection away and may give
/// it back. Serving thread only.
class Sessions {
 public:
  /// Both must outlive this.
  Sessions(Daemon& daemon, LogStreams& logs);
  ~Sessions();

  /// Serves a new connection, or one that a log stream hands back.
  void serve(HandedConnection handed);
  /// Calls `visit` for every connection here.
  void each(const std::function<void(const OpenRequest&)>& visit) const;
  /// Closes the connections that answer such a request (a shell pattern over endpoints; of this container, unless
  /// it is empty); how many there were.
  std::size_t break_answers(const std::string& endpoint, std::string_view container);
  /// Closes every socket; the coroutines end in the io_context's next rounds.
  void close_all(std::string_view closed_by);
  /// Stops its timer, at the end.
  void stop();

 private:
  class Session;
  struct Timer;
  /// Looks at requests that do not come whole, every ten seconds.
  void watch();

  Daemon* daemon_;
  LogStreams* logs_;
  std::list<Session> sessions_;
  std::unique_ptr<Timer> watch_;
  bool stopped_ = false;
};

}  // namespace leakrig
