#pragma once

#include <thread>

#include "harness/fake_sink/message_room.h"
#include "harness/fake_sink/sink_listener.h"
#include "harness/fake_sink/socket_server.h"

namespace leakrig {

/// Takes syslog (RFC 3164 and 5424) and plain lines over TCP, and over UDP on the port of the same number. In
/// the ledger a TCP connection carries one request, "TCP lines", from its first byte to its end; datagrams
/// count as lines only.
class LineSink final : public SinkListener {
 public:
  LineSink(const ListenerOptions& options, SinkDesk desk);
  ~LineSink() override;
  int port() const override { return port_; }

 private:
  void bind(const ListenerOptions& options);
  void serve(int socket);
  void take_datagrams(const std::stop_token& stop);

  std::size_t longest_;
  SinkDesk desk_;
  MessageRoom room_;
  int port_ = 0;
  UniqueFd datagrams_;
  std::unique_ptr<SocketServer> server_;
  std::jthread receiver_;
};

}  // namespace leakrig
