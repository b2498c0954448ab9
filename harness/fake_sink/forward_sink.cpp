#include "harness/fake_sink/forward_sink.h"

#include <array>
#include <istream>
#include <streambuf>

#include "harness/fake_sink/forward_message.h"

namespace leakrig {
namespace {

/// A socket as a stream that is read. Does not own it.
class SocketBuffer final : public std::streambuf {
 public:
  SocketBuffer(int socket, MessageRoom& room) : socket_(socket), share_(room) {}
  std::uint64_t bytes() const { return bytes_; }
  /// What comes from here on is another message's.
  void begin_message() { of_message_ = 0; }

 private:
  int_type underflow() override {
    const std::size_t n = receive_some(socket_, piece_);
    if (n == 0) return traits_type::eof();
    bytes_ += n;
    // It is kept, and what has been read of it is made of it: about as much again, in powers of two.
    of_message_ += n;
    if (!share_.resize(4 * of_message_)) return traits_type::eof();
    setg(piece_.data(), piece_.data(), piece_.data() + n);
    return traits_type::to_int_type(*gptr());
  }

  int socket_;
  MessageRoom::Share share_;
  std::uint64_t bytes_ = 0;
  std::size_t of_message_ = 0;
  std::array<char, std::size_t{32} * 1024> piece_{};
};

}  // namespace

ForwardSink::ForwardSink(const ListenerOptions& options, SinkDesk desk)
    : longest_(options.max_message_bytes),
      desk_(desk),
      server_(options.host, options.port, [this](int socket) { serve(socket); }) {}

void ForwardSink::serve(int socket) {
  constexpr int kTaken = 200;
  constexpr int kRefused = 400;
  const auto connection = desk_.book.open_connection();
  SocketBuffer buffer{socket, room_};
  std::istream stream{&buffer};
  while (stream.peek() != std::istream::traits_type::eof()) {
    desk_.book.open_request(connection, {"FORWARD", false, ""});
    buffer.begin_message();
    const auto read = read_forward(stream, longest_, &room_);
    const auto* message = std::get_if<ForwardMessage>(&read);
    if (message == nullptr) {
      desk_.book.close_request(connection, std::holds_alternative<ForwardRefused>(read) ? kRefused : 0, 0);
      break;
    }
    const auto outcome = desk_.faults.pass().outcome;
    if (outcome != FaultGate::Outcome::pass) {
      desk_.book.close_request(connection, 0, 0);
      if (outcome == FaultGate::Outcome::refuse) continue;  // not acknowledged: the client sends it again
      reset_at_close(socket);
      break;
    }
    desk_.book.take(connection, message->lines);
    const bool sent = send_all(socket, message->acknowledgement) == message->acknowledgement.size();
    desk_.book.close_request(connection, sent ? kTaken : 0, message->acknowledgement.size());
    if (!sent) break;
  }
  desk_.book.close_connection(connection, buffer.bytes(), server_.stopping());
}

}  // namespace leakrig
