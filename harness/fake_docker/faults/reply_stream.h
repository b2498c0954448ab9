#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "harness/fake_docker/faults/fault_script.h"
#include "harness/fake_docker/http/connection.h"
#include "harness/fake_docker/http/message.h"
#include "harness/fake_docker/http/stream_socket.h"

namespace leakrig {

/// An answer that is written as it comes about (events, stats), or one that a fault hits: all its bytes pass
/// here, and here the faults happen to them. Lives in its session's coroutine. After over() nothing that is
/// written goes anywhere.
class ReplyStream {
 public:
  /// Why nothing more can be sent.
  enum class Over { no, client, fault };

  ReplyStream(StreamSocket& socket, ConnectionRecord& connection, RequestRecord& request,
              const Request& asked, ApiMinor server_minor, FaultScript script, const ScenarioClock& clock);

  /// Waits out what keeps the headers back; the connection is over if they are never to be sent.
  boost::asio::awaitable<void> hold_back();
  /// Sends the status and the headers at once.
  boost::asio::awaitable<void> begin(int status, std::string content_type);
  /// Takes the connection over, as attach and exec do: 101 if the client asked for an upgrade, else 200. From
  /// here on bytes go as they are, both ways, and the client may close its writing side alone.
  /// Ends once the client has read the headers, or a second later: clients that read them through a buffer
  /// would lose what comes at once behind them, and a real process takes its time to say something.
  boost::asio::awaitable<void> hijack(std::string content_type, bool upgrade);
  /// The same for a WebSocket; `accept`: Sec-WebSocket-Accept.
  boost::asio::awaitable<void> hijack_web_socket(std::string accept);
  boost::asio::awaitable<void> write(std::string bytes);
  /// The end of a complete answer.
  boost::asio::awaitable<void> end();
  /// The same where the client follows a container to its end, which it may not be told.
  boost::asio::awaitable<void> end_following();
  /// An answer that is complete already, with its head.
  boost::asio::awaitable<void> send_whole(std::string head, std::string body);
  /// The same with a head of its own, for what took several turns to make.
  boost::asio::awaitable<void> send_reply(Reply reply);
  /// Comes back when what else is ready to run has had its turn.
  boost::asio::awaitable<void> let_others_run();
  /// Until `timer` expires or is cancelled, or the client is gone or has said something: look again.
  boost::asio::awaitable<void> wait(boost::asio::steady_timer& timer);
  /// The same for a length of wall time.
  boost::asio::awaitable<void> pause(Nanos wall);

  const FaultScript& script() const { return script_; }
  bool over() const { return over_ != Over::no; }
  bool ended_by_fault() const { return over_ == Over::fault; }
  bool begun() const { return begun_; }
  /// What the client sent meanwhile: of its next request, or input to what it has attached to.
  const std::string& unread() const { return unread_; }
  void set_unread(std::string bytes) { unread_ = std::move(bytes); }
  std::string take_input() { return std::exchange(unread_, {}); }
  bool input_closed() const { return input_closed_; }
  bool hijacked() const { return hijacked_; }
  /// Whether what was sent says its own length.
  bool sent_whole() const { return sent_whole_; }

 private:
  boost::asio::awaitable<void> send(std::string bytes);
  boost::asio::awaitable<void> take_over(int status, std::string headers);
  boost::asio::awaitable<void> send_body(std::string bytes);
  boost::asio::awaitable<void> come_to_an_end();
  boost::asio::awaitable<void> wait_for_client_to_leave();
  void arm_cut();
  /// Takes what the client sends, so that its leaving is noticed.
  void read_ahead();

  StreamSocket* socket_;
  ConnectionRecord* connection_;
  RequestRecord* request_;
  const ScenarioClock* clock_;
  FaultScript script_;
  ApiMinor server_minor_;
  bool chunked_;
  bool keep_alive_;
  bool is_head_;
  bool sent_whole_ = false;
  bool begun_ = false;
  bool hijacked_ = false;
  bool input_closed_ = false;
  Over over_ = Over::no;
  std::string unread_;
  boost::asio::steady_timer pause_;
  std::unique_ptr<boost::asio::steady_timer> cut_;
  std::shared_ptr<ReplyStream*> self_;  ///< what the cut's timer holds weakly, as it may fire last
};

}  // namespace leakrig
