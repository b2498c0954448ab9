#pragma once

#include "harness/fake_sink/message_room.h"
#include "harness/fake_sink/sink_listener.h"
#include "harness/fake_sink/socket_server.h"

namespace leakrig {

/// Takes Fluentd's forward protocol over TCP, without a handshake, as fluentd and Fluent Bit send it where no
/// shared key is set. Chunks that ask for it are acknowledged. Each message is a request in the ledger,
/// "FORWARD", with status 200; a connection that sends something else is closed with status 400.
class ForwardSink final : public SinkListener {
 public:
  ForwardSink(const ListenerOptions& options, SinkDesk desk);
  int port() const override { return server_.port(); }

 private:
  void serve(int socket);

  std::size_t longest_;
  SinkDesk desk_;
  MessageRoom room_;
  SocketServer server_;  // last: its threads use all of the above
};

}  // namespace leakrig
