#include "harness/fake_sink/line_sink.h"

#include <poll.h>
#include <sys/socket.h>


#include "harness/core/error.h"
#include "harness/fake_sink/line_framing.h"

namespace leakrig {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

/// What comes next; empty when the connection has ended.
std::string_view next_piece(int socket, std::string& room) {
  room.resize(kPieceBytes);
  return std::string_view{room}.substr(0, receive_some(socket, room));
}

}  // namespace

LineSink::LineSink(const ListenerOptions& options, SinkDesk desk)
    : longest_(options.max_message_bytes), desk_(desk) {
  bind(options);
  receiver_ = std::jthread([this](const std::stop_token& stop) { take_datagrams(stop); });
}

LineSink::~LineSink() = default;

void LineSink::bind(const ListenerOptions& options) {
  constexpr int kTries = 20;
  for (int attempt = 1;; ++attempt) {
    server_ = std::make_unique<SocketServer>(options.host, options.port, [this](int socket) { serve(socket); });
    port_ = server_->port();
    try {
      datagrams_ = bound_socket(options.host, port_, SOCK_DGRAM);
      return;
    } catch (const Error&) {
      // Somebody has the free TCP port's number for datagrams.
      if (options.port != 0 || attempt == kTries) throw;
    }
  }
}

void LineSink::serve(int socket) {
  const auto connection = desk_.book.open_connection();
  LineFraming framing{longest_};
  MessageRoom::Share share(room_);
  std::string room;
  std::uint64_t bytes = 0;
  for (auto piece = next_piece(socket, room); !piece.empty(); piece = next_piece(socket, room)) {
    if (bytes == 0) desk_.book.open_request(connection, {"TCP lines", false, ""});
    bytes += piece.size();
    if (desk_.faults.pass().outcome != FaultGate::Outcome::pass) {  // lines have no other answer
      reset_at_close(socket);
      break;
    }
    desk_.book.take(connection, framing.take(piece));
    if (!share.resize(framing.held())) {
      reset_at_close(socket);
      break;
    }
  }
  if (bytes != 0) {
    if (const auto rest = framing.rest(); !rest.empty()) desk_.book.take(connection, {rest});
    constexpr int kTaken = 200;
    desk_.book.close_request(connection, kTaken, 0);
  }
  desk_.book.close_connection(connection, bytes, server_->stopping());
}

void LineSink::take_datagrams(const std::stop_token& stop) {
  constexpr int kLookMs = 50;
  std::string room;
  while (!stop.stop_requested()) {
    pollfd waits{datagrams_.get(), POLLIN, 0};
    if (::poll(&waits, 1, kLookMs) <= 0) continue;
    const auto piece = next_piece(datagrams_.get(), room);
    if (piece.empty()) continue;
    LineFraming framing{longest_};
    if (desk_.faults.pass().outcome != FaultGate::Outcome::pass) continue;
    auto messages = framing.take(piece);
    if (auto rest = framing.rest(); !rest.empty()) messages.push_back(std::move(rest));
    desk_.book.take(0, messages);
  }
}

}  // namespace leakrig
