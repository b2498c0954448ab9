#pragma once

#include <httplib.h>

#include <string>
#include <thread>
#include <utility>

namespace leakrig {

/// Answers GETs of one path on a free port of loopback; stopped and joined at the end of the test.
class LoopbackServer {
 public:
  LoopbackServer(const std::string& path, httplib::Server::Handler handler) {
    server_.Get(path, std::move(handler));
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread{[this] { server_.listen_after_bind(); }};
    while (!server_.is_running()) std::this_thread::yield();  // before that, stop() would do nothing
  }
  ~LoopbackServer() { server_.stop(); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::jthread thread_;
};

}  // namespace leakrig
