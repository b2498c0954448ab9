#pragma once

#include "harness/fake_sink/forms/sink_form.h"
#include "harness/fake_sink/push_server.h"
#include "harness/fake_sink/sink_listener.h"

namespace leakrig {

/// Serves one HTTP protocol. Connections are kept alive for ever, so none closes by the server's will while
/// it runs. What the protocol does not know is answered with 404, a body too large with 413, one in an unknown
/// coding with 415, a damaged one with 400.
class HttpSink final : public SinkListener, private ConnectionObserver {
 public:
  HttpSink(const SinkForm& form, const ListenerOptions& options, SinkDesk desk);
  int port() const override { return server_.port(); }

 private:
  ServedAnswer answer(const ServedRequest& request);
  /// What a fault answers instead; waits as long as a slow or silent sink does.
  std::optional<ServedAnswer> refusal(const ServedRequest& request);
  std::uint64_t connection_opened() override { return desk_.book.open_connection(); }
  void connection_closed(std::uint64_t connection, std::uint64_t bytes, bool by_server) override {
    desk_.book.close_connection(connection, bytes, by_server);
  }
  void request_opened(const ServedRequest& request) override;
  void request_closed(std::uint64_t connection, Answer answer) override {
    desk_.book.close_request(connection, answer.status, answer.body_bytes);
  }

  SinkForm form_;
  std::size_t max_body_bytes_;
  SinkDesk desk_;
  PushServer server_;  // last: its threads use all of the above
};

}  // namespace leakrig
