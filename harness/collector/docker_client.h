#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "harness/collector/go_transport.h"
#include "harness/collector/log_frames.h"

namespace leakrig {

/// What the daemon, or the way to it, answered instead of the thing asked for. `status` 0: no answer.
struct DockerError {
  int status = 0;
  std::string message;
};

struct ContainerSummary {
  std::string id;
  std::string name;
};

/// A log stream line by line; frames are taken apart. Drop it without close() and its connection leaks
/// (HttpResponse).
class LogStream {
 public:
  LogStream(HttpResponse response, bool tty) : response_(std::move(response)), tty_(tty) {}

  /// Past the deadline `timed_out`; `failed` also for bytes that are not frames. Lines without a time stamp
  /// are skipped.
  BodyRead next(LogLine& to, Exchange::Deadline deadline = std::nullopt);
  void close() { response_.close(); }

 private:
  bool take_line(LogLine& to);

  HttpResponse response_;
  bool tty_;
  FrameDecoder frames_;
  std::array<LineSplitter, 2> lines_;  ///< standard output (and a TTY), standard error
};

/// The Docker Engine API as Docker's Go client speaks it, over a transport of its own: version negotiated
/// once by
/// /_ping, at most 1.41. Any thread.
class DockerClient {
 public:
  DockerClient(const Endpoint& endpoint, const TransportConfig& transport, GoRuntime& runtime);

  /// Nothing if the daemon answers.
  std::optional<DockerError> ping(const std::stop_token& stop);
  /// Any request, of which the answer's body is the caller's to read or close. `path` without the version.
  RoundTrip request(const std::string& method, const std::string& path, const std::stop_token& stop);
  std::variant<std::vector<ContainerSummary>, DockerError> list_running(const std::stop_token& stop);
  /// Whether the container has a TTY.
  std::variant<bool, DockerError> has_tty(const std::string& id, const std::stop_token& stop);
  struct LogsRequest {
    std::string id;
    Nanos since{0};
    bool follow = true;
    bool tty = false;
  };
  /// `stop` also ends the stream later on.
  std::variant<LogStream, DockerError> logs(const LogsRequest& request, const std::stop_token& stop);
  /// Closes its idle connections, and each that becomes idle until it is used again: Go's
  /// CloseIdleConnections, with which a client that is made for a call must end.
  void close_idle_connections() { transport_.close_idle_connections(); }

 private:
  std::variant<std::string, DockerError> get(const std::string& path, const std::stop_token& stop);
  std::string versioned(const std::string& path, const std::stop_token& stop);

  const Endpoint endpoint_;
  GoTransport transport_;
  std::mutex mutex_;
  std::string version_;  // under mutex_; empty until negotiated
};

/// The first container of the list; nothing without one, or without an answer.
std::optional<ContainerSummary> first_running(DockerClient& client, const std::stop_token& stop);

}  // namespace leakrig
