#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "harness/collector/endpoint.h"
#include "harness/core/fd.h"

namespace leakrig {

/// A server whose every byte a test decides: it listens on a Unix socket (or TCP on loopback), and a script
/// runs for each connection, on a thread of its own. Ends them all when destroyed.
class ScriptedServer {
 public:
  class Connection {
   public:
    explicit Connection(int fd) : fd_(fd) {}
    /// The head of the next request, without the blank line; nothing once the client has closed.
    std::optional<std::string> read_request();
    void write(std::string_view bytes);
    /// A 200 with this body and its length.
    void answer(std::string_view body, std::string_view more_headers = "");
    void begin_chunked();
    void chunk(std::string_view data);
    /// False once the client has closed.
    bool peer_is_there() const;
    /// Blocks until the client closes.
    void wait_for_close();

   private:
    int fd_;
    std::string buffer_;
  };
  using Script = std::function<void(Connection&)>;

  explicit ScriptedServer(Script script, bool tcp = false);
  ~ScriptedServer();

  const Endpoint& endpoint() const { return endpoint_; }
  int accepted() const { return accepted_; }
  int open() const { return open_; }

 private:
  void accept_loop();
  void serve(int fd);

  const Script script_;
  std::filesystem::path directory_;
  Endpoint endpoint_;
  UniqueFd listener_;
  std::atomic<int> accepted_{0};
  std::atomic<int> open_{0};
  std::mutex mutex_;
  bool stopping_ = false;           // under mutex_
  std::list<UniqueFd> sockets_;     // under mutex_; closed at the end, so that no number is used twice
  std::list<std::thread> threads_;  // the accepting thread's
  std::thread acceptor_;
};

/// "GET /x HTTP/1.1..." is "GET /x".
std::string request_line(const std::string& head);

/// Waits until the condition holds; false after ten seconds.
bool eventually(const std::function<bool()>& condition);

/// Threads of this process with that name.
int threads_named(std::string_view name);

}  // namespace leakrig
