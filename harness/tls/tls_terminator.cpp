#include "harness/tls/tls_terminator.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/sparse_notice.h"
#include "harness/tls/relayed_connection.h"
#include "harness/tls/tls_listener.h"

namespace leakrig {
namespace {

using TlsClock = RelayedConnection::Clock;

constexpr std::uint64_t kListening = 0;
constexpr std::uint64_t kWoken = 1;
constexpr std::uint64_t kFirstConnection = 2;
constexpr int kTickMs = 50;
constexpr int kAcceptsATime = 64;

/// Of an epoll event: which connection, and whether its backend.
std::uint64_t mark_of(std::uint64_t id, bool is_backend) {
  return id * 2 + (is_backend ? 1 : 0);
}

}  // namespace

class TlsTerminator::Impl {
 public:
  Impl(const TlsTerminatorOptions& options, Connect connect)
      : options_(options),
        context_(options.files),
        connect_(std::move(connect)),
        listener_(listen_for_tls(options.listen, options.files.verify)),
        address_(listener_.address),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!epoll_ || !wake_ || !watch(wake_.get(), EPOLLIN, mark_of(kWoken, false)))
      throw Error(fmt::format("cannot serve TLS on {}: {}", address_, std::strerror(errno)));
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  ~Impl() {
    thread_.request_stop();
    wake();
  }

  const std::string& address() const { return address_; }
  Counters counters() const { return {accepted_, failed_, open_}; }

  void set_up(bool up) {
    up_ = up;
    wake();
  }

 private:
  void wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  }

  bool watch(int fd, std::uint32_t events, std::uint64_t mark) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = mark;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
  }

  void run(const std::stop_token& stop) {
    // OpenSSL writes with write(2); a peer that has gone is an error to us, not a signal.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (!stop.stop_requested()) {
      tend_listener();
      std::array<epoll_event, 256> events;
      const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), patience());
      auto unfinished = std::exchange(unfinished_, {});
      for (int i = 0; i < count; ++i) handle(events[static_cast<std::size_t>(i)]);
      for (const auto id : unfinished) advance(id, {});
      give_up_late_ones();
    }
  }

  int patience() const {
    if (!unfinished_.empty()) return 0;
    return with_deadline_ > 0 || paused_until_ || (up_ && !listener_.fd) ? kTickMs : -1;
  }

  /// Listens where it should, and is watched where another connection can be taken.
  void tend_listener() {
    if (!up_) {
      listener_.fd.reset();  // which ends the watch, too
      watched_ = false;
      return;
    }
    if (paused_until_ && TlsClock::now() >= *paused_until_) paused_until_.reset();
    if (!listener_.fd) listen_again();
    const bool wanted = listener_.fd && !paused_until_ && connections_.size() < options_.max_connections;
    if (wanted == watched_) return;
    if (wanted) {
      watched_ = watch(listener_.fd.get(), EPOLLIN, mark_of(kListening, false));
    } else {
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener_.fd.get(), nullptr);
      watched_ = false;
    }
  }

  void listen_again() {
    try {
      listener_ = listen_for_tls(address_, options_.files.verify);
    } catch (const Error& error) {
      if (troubles_.happened(TlsClock::now().time_since_epoch())) spdlog::error("TLS: cannot come up again: {}", error.what());
    }
  }

  void handle(const epoll_event& event) {
    const auto id = event.data.u64 / 2;
    if (id == kWoken) {
      std::uint64_t drained = 0;
      [[maybe_unused]] const auto size = ::read(wake_.get(), &drained, sizeof drained);
      return;
    }
    if (id == kListening) return accept_some();
    RelayedConnection::Ready ready;
    const bool hung_up = (event.events & EPOLLHUP) != 0;
    if (event.data.u64 % 2 == 1) {
      ready.backend_hung_up = hung_up;
    } else {
      ready.client_hung_up = hung_up;
      ready.client_broken = (event.events & EPOLLERR) != 0;
    }
    advance(id, ready);
  }

  void accept_some() {
    for (int i = 0; i < kAcceptsATime && listener_.fd && connections_.size() < options_.max_connections; ++i) {
      UniqueFd client(::accept4(listener_.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!client) {
        if (errno == EINTR || errno == ECONNABORTED) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) pause(std::strerror(errno));
        return;
      }
      const int on = 1;
      ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const auto id = next_id_++;
      auto connection = std::make_unique<RelayedConnection>(std::move(client), context_, TlsClock::now() + options_.handshake_timeout);
      if (!watch(connection->client(), kAllEdges, mark_of(id, false))) return;
      ++accepted_;
      ++with_deadline_;
      connections_.emplace(id, std::move(connection));
      open_ = connections_.size();
      advance(id, {});
    }
  }

  /// Out of descriptors or memory: those that wait are left waiting for a while.
  void pause(const char* why) {
    paused_until_ = TlsClock::now() + std::chrono::milliseconds{kTickMs};
    if (troubles_.happened(TlsClock::now().time_since_epoch()))
      spdlog::error("TLS on {}: cannot accept: {}; raise the limit of open files (ulimit -n)", address_, why);
  }

  void advance(std::uint64_t id, const RelayedConnection::Ready& ready) {
    const auto at = connections_.find(id);
    if (at == connections_.end()) return;
    auto& connection = *at->second;
    const bool had_deadline = connection.deadline().has_value();
    const bool had_backend = connection.backend() >= 0;
    auto state = connection.advance(ready, connect_, scratch_);
    if (const auto why = connection.take_failure()) say_failure(*why);
    if (!had_backend && connection.backend() >= 0 && !watch(connection.backend(), kAllEdges, mark_of(id, true)))
      state = RelayedConnection::State::gone;
    with_deadline_ += (connection.deadline() ? 1U : 0U) - (had_deadline ? 1U : 0U);
    if (state == RelayedConnection::State::gone) return forget(at);
    if (state == RelayedConnection::State::has_more) unfinished_.insert(id);
  }

  using Connections = std::unordered_map<std::uint64_t, std::unique_ptr<RelayedConnection>>;
  Connections::iterator erase(Connections::iterator at) {
    if (at->second->deadline()) --with_deadline_;
    const auto next = connections_.erase(at);
    open_ = connections_.size();
    return next;
  }
  void forget(Connections::iterator at) { erase(at); }

  void give_up_late_ones() {
    if (with_deadline_ == 0) return;
    const auto now = TlsClock::now();
    for (auto at = connections_.begin(); at != connections_.end();) {
      const bool late = at->second->deadline() && now >= *at->second->deadline();
      if (late && at->second->is_shaking_hands()) say_failure("no handshake in time");
      at = late ? erase(at) : std::next(at);
    }
  }

  void say_failure(const std::string& why) {
    ++failed_;
    if (const auto times = failures_.happened(TlsClock::now().time_since_epoch()))
      spdlog::warn("TLS on {}: {} handshake{} failed, the last: {}", address_, *times, *times == 1 ? "" : "s", why);
  }

  static constexpr std::uint32_t kAllEdges = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

  TlsTerminatorOptions options_;
  TlsContext context_;
  Connect connect_;
  TlsListener listener_;
  std::string address_;
  UniqueFd epoll_;
  UniqueFd wake_;
  std::atomic<bool> up_{true};
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> open_{0};
  // The thread's own from here on.
  Connections connections_;
  std::set<std::uint64_t> unfinished_;
  std::uint64_t next_id_ = kFirstConnection;
  std::size_t with_deadline_ = 0;
  bool watched_ = false;
  std::optional<TlsClock::time_point> paused_until_;
  SparseNotice troubles_;
  SparseNotice failures_;
  std::array<char, RelayedConnection::kBuffer> scratch_{};
  std::jthread thread_;
};

TlsTerminator::TlsTerminator(const TlsTerminatorOptions& options, Connect connect)
    : impl_(std::make_unique<Impl>(options, std::move(connect))) {}

TlsTerminator::~TlsTerminator() = default;

std::string TlsTerminator::address() const {
  return impl_->address();
}

void TlsTerminator::go_down() {
  impl_->set_up(false);
}

void TlsTerminator::come_up() {
  impl_->set_up(true);
}

TlsTerminator::Counters TlsTerminator::counters() const {
  return impl_->counters();
}

}  // namespace leakrig
