#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <list>
#include <memory>

#include "harness/fake_docker/daemon.h"
#include "harness/fake_docker/reply_stream.h"

namespace leakrig {

/// The connections that are between requests or in one; a log stream takes its connection away and may give
/// it back. Serving thread only.
class Sessions {
 public:
  explicit Sessions(Daemon& daemon);
  ~Sessions();

  /// Serves a new connection, or one that a log stream hands back.
  void serve(HandedConnection handed);
  /// Calls `visit` for every connection here.
  void each(const std::function<void(const OpenRequest&)>& visit) const;
  /// Closes every socket; the coroutines end in the io_context's next rounds.
  void close_all(std::string_view closed_by);

 private:
  class Session;

  Daemon* daemon_;
  std::list<Session> sessions_;
};

}  // namespace leakrig
