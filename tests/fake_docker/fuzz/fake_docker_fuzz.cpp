// libFuzzer targets: one program for each thing that reads what a client sends, chosen by LEAKRIG_FUZZ. A
// parser may refuse its input with ApiError, and nothing else; a connection must leave nothing behind.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/query_time.h"
#include "harness/fake_docker/api/routes.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/http/tar.h"
#include "harness/fake_docker/http/web_socket.h"
#include "harness/fake_docker/logs/log_streams.h"
#include "harness/fake_docker/session.h"
#include "harness/spec/faults_text.h"

namespace leakrig {
namespace {

void promise(bool kept) {
  if (!kept) std::abort();
}

[[maybe_unused]] void fuzz_target(std::string_view text) {
  const auto space = std::min(text.find(' '), text.size());
  const auto routed =
      route_request(text.substr(0, space), text.substr(std::min(space + 1, text.size())), 48, true);
  promise(!routed.endpoint.empty());
  promise((routed.route == nullptr) == (routed.endpoint == "unknown"));
  check_version(routed.request, {0, 9999});
}

[[maybe_unused]] void fuzz_query(std::string_view text) {
  for (const auto& [name, value] : parse_query(text)) {
    promise(name.size() + value.size() <= text.size());
    parse_query_time(name, value);
  }
}

[[maybe_unused]] void fuzz_filters(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kAllowed{"label", "name", "status", "type"};
  const auto filters = Filters::parse(text, kAllowed);
  for (const auto key : kAllowed) promise(filters.has(key) == !filters.values(key).empty());
  filters.admits_labels({{"a", "b"}});
}

[[maybe_unused]] void fuzz_web_socket(std::string_view bytes) {
  WebSocketReader whole;
  WebSocketReader cut;
  const auto payload = whole.take(bytes);
  std::string by_bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) by_bytes += cut.take(bytes.substr(i, 1));
  promise(payload.size() <= bytes.size());
  promise(payload == by_bytes && whole.closed() == cut.closed() && whole.take_pong() == cut.take_pong());
}

[[maybe_unused]] void fuzz_archive(std::string_view bytes) {
  const auto entries = read_tar(std::string{bytes});
  if (!entries) return;
  for (const auto& entry : *entries) promise((entry.mode & ~07777U) == 0);
}

[[maybe_unused]] void fuzz_faults(std::string_view text) {
  std::vector<FaultConfig> faults;
  try {
    faults = parse_faults(std::string{text});
  } catch (const UsageError&) {
    return;
  }
  promise(faults_text(parse_faults(faults_text(faults))) == faults_text(faults));
}

class NoLedger final : public LedgerSink {
 public:
  void record(const LedgerEntry&) override {}
};

/// A daemon without a thread: its connections are served by poll().
class Server {
 public:
  Server()
      : clock_(system_, 600),
        daemon_(io_, config(), clock_, sink_, {}, FaultEngine({}, 1, Nanos{0})),
        logs_(io_, daemon_.fleet, clock_, daemon_.counters,
              {[this] { daemon_.advance(); },
               [this](const ConnectionRecord& connection, const RequestRecord& request, std::string_view by) {
                 daemon_.ledger.close_request(connection, request, by);
               },
               [this](const ConnectionRecord& connection, std::string_view by) {
                 daemon_.ledger.close_connection(connection, by);
               },
               [this](HandedConnection handed) { sessions_.serve(std::move(handed)); }}),
        sessions_(daemon_, logs_) {
    daemon_.set_log_feed(&logs_);
  }

  /// A client that sends these bytes, reads what comes, and goes.
  void converse(std::string_view bytes) {
    std::array<int, 2> pair{};
    promise(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) == 0);
    HandedConnection handed;
    handed.fd = UniqueFd(pair[0]);
    handed.connection = daemon_.ledger.open_connection(0);
    UniqueFd client(pair[1]);
    sessions_.serve(std::move(handed));
    bool sending = true;
    for (int round = 0; round < 20; ++round) {
      if (sending && !bytes.empty()) {
        const auto sent = ::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
        sending = sent > 0;
      }
      io_.poll();
      std::array<char, 65536> answer;
      while (::recv(client.get(), answer.data(), answer.size(), MSG_DONTWAIT) > 0) {
      }
    }
    client.reset();
    // A hijacked connection first waits for its head to be read, by a timer.
    for (int round = 0; round < 1000 && daemon_.counters.open_connections != 0; ++round) {
      io_.run_for(std::chrono::milliseconds{round < 10 ? 0 : 1});
      io_.restart();
    }
    promise(daemon_.counters.open_connections == 0);
    promise(daemon_.counters.open_streams == 0);
  }

 private:
  static FleetConfig config() {
    FleetConfig config;
    config.containers = 3;
    config.logs.history = 5;
    return config;
  }

  boost::asio::io_context io_{1};
  SystemClock system_;
  ScenarioClock clock_;
  NoLedger sink_;
  Daemon daemon_;
  LogStreams logs_;
  Sessions sessions_;
};

[[maybe_unused]] void fuzz_session(std::string_view bytes) {
  static Server server;
  server.converse(bytes);
}

}  // namespace
}  // namespace leakrig

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    leakrig::LEAKRIG_FUZZ({reinterpret_cast<const char*>(data), size});
  } catch (const leakrig::ApiError&) {
  }
  return 0;
}
