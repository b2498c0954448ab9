#include "harness/fake_sink/push_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "harness/fake_sink/push_connection.h"

namespace leakrig {

PushServer::PushServer(ConnectionObserver& observer, const std::string& host, int port,
                       std::size_t max_body_bytes, Handler handler)
    : observer_(observer),
      handler_(std::move(handler)),
      max_body_bytes_(max_body_bytes),
      server_(host, port, [this](int socket) { serve(socket); }) {}

void PushServer::serve(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto connection = observer_.connection_opened();
  PushConnection peer{socket, connection, max_body_bytes_, room_};
  bool goes_on = true;
  while (goes_on) {
    const auto head = peer.read([&](const ServedRequest& request) { observer_.request_opened(request); });
    if (!head) break;
    const ServedAnswer answer = handler_(head->request);
    if (answer.reset) reset_at_close(socket);
    const auto sent = answer.reset ? ConnectionObserver::Answer{} : peer.send(*head, answer);
    observer_.request_closed(connection, sent);
    goes_on = sent.status != 0 && head->keep_alive && !answer.close && !answer.stream;
  }
  observer_.connection_closed(connection, peer.bytes(), server_.stopping());
}

}  // namespace leakrig
