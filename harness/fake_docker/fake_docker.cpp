#include "harness/fake_docker/fake_docker.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>
#include <vector>

#include "harness/core/error.h"
#include "harness/core/fd.h"
#include "harness/fake_docker/api/routes.h"
#include "harness/fake_docker/http/listener.h"
#include "harness/fake_docker/http/product.h"
#include "harness/fake_docker/interventions.h"
#include "harness/fake_docker/logs/log_streams.h"
#include "harness/fake_docker/restart_schedule.h"
#include "harness/fake_docker/session.h"
#include "harness/fake_docker/state/daemon.h"
#include "harness/fake_docker/state/reaper.h"
#include "harness/tls/tls_terminator.h"

namespace leakrig {
namespace {

ApiWindow window_of(const FakeDockerOptions& options) {
  const auto* const engine = find_product(options.engine);
  if (engine == nullptr)
    throw UsageError("there is no engine " + options.engine + "; there are " + std::string{product_names()});
  ApiWindow window{engine->least, engine->most};
  if (!options.min_api.empty()) window.least = parse_api_version(options.min_api);
  if (!options.max_api.empty()) window.most = parse_api_version(options.max_api);
  if (window.least > window.most) {
    throw UsageError("the lowest API version 1." + std::to_string(window.least) + " is above the highest 1." +
                     std::to_string(window.most));
  }
  return window;
}

}  // namespace

class FakeDocker::Impl {
 public:
  Impl(const FakeDockerOptions& options, const FleetConfig& config, const ScenarioClock& clock,
       LedgerSink& sink)
      : daemon_(io_, config, clock, sink, window_of(options),
                FaultEngine(options.faults, config.seed, options.fault_origin)),
        logs_(io_, daemon_.fleet, clock, daemon_.counters, log_hooks()),
        sessions_(daemon_, logs_) {
    daemon_.set_log_feed(&logs_);
    daemon_.listens_on_ports = options.listen_ports;
    // Apart from those of other daemons on this host, which look for theirs at the same time.
    if (options.listen_ports) daemon_.first_free_port += static_cast<unsigned>(::getpid()) * 61 % 8192;
    daemon_.ports.serve = [this](std::size_t container, UniqueFd connection) { reaper_.serve(container, std::move(connection)); };
    if (options.socket.empty() && options.listen.empty()) {
      throw UsageError("the fake Docker needs a socket path or an address to listen on");
    }
    raise_fd_limit();
    if (!options.socket.empty()) listen(bind_unix(options.socket));
    if (options.tls && options.listen.empty()) throw UsageError("TLS needs an address to listen on: a Unix socket has none");
    if (options.tls) {
      terminator_.emplace(TlsTerminatorOptions{options.listen, *options.tls}, [this] { return connect_in_plain(); });
    } else if (!options.listen.empty()) {
      listen(bind_tcp(options.listen));
    }
    restarts_.emplace(io_, daemon_,
                      RestartSchedule::Hooks{[this] { go_down(); }, [this] { return come_up(); }});
    interventions_.emplace(Interventions::Reach{io_, daemon_, logs_, sessions_,
                                                [this](Nanos down_for) { restarts_->restart(down_for); }});
    if (options.control) allow_control();
    thread_ = std::jthread([this] { io_.run(); });
  }

  ~Impl() {
    boost::asio::post(io_, [this] {
      restarts_->stop();
      for (auto& listener : listeners_) listener->close();
      daemon_.shut_down();
      reaper_.close_all();
      logs_.close_all();
      sessions_.stop();
      sessions_.close_all("server");
    });
    thread_.join();
  }

  std::string tcp_address() const {
    if (terminator_) return terminator_->address();
    for (const auto& listener : listeners_) {
      if (!listener->bound().tcp_address.empty()) return listener->bound().tcp_address;
    }
    return {};
  }

  std::string docker_host() const {
    if (!listeners_.empty() && !listeners_.front()->bound().unix_path.empty())
      return "unix://" + listeners_.front()->bound().unix_path.native();
    return "tcp://" + tcp_address();
  }

  void set_fault_origin(Nanos origin) {
    boost::asio::post(io_, [this, origin] {
      daemon_.faults.set_origin(origin);
      restarts_->arm();
    });
  }

  void stop_fleet() {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      daemon_.stop_fleet();
      done.set_value();
    });
    done.get_future().get();
  }

  Interventions& interventions() { return *interventions_; }
  const LiveCounters& counters() const { return daemon_.counters; }

  std::map<std::string, SequenceRange> lines_written(Nanos from, Nanos to) {
    std::promise<std::map<std::string, SequenceRange>> answer;
    boost::asio::post(io_, [&] {
      daemon_.advance();
      std::map<std::string, SequenceRange> ranges;
      for (std::size_t i = 0; i < daemon_.fleet.size(); ++i) {
        if (daemon_.fleet.at(i).identity.name.empty()) continue;  // a place whose container was removed
        ranges.emplace(daemon_.fleet.at(i).identity.name, daemon_.fleet.written(i, from, to));
      }
      answer.set_value(std::move(ranges));
    });
    return answer.get_future().get();
  }

 private:
  LogStreams::Hooks log_hooks() {
    return {[this] { daemon_.advance(); },
            [this](const ConnectionRecord& connection, const RequestRecord& request, std::string_view by) {
              daemon_.ledger.close_request(connection, request, by);
            },
            [this](const ConnectionRecord& connection, std::string_view by) {
              daemon_.ledger.close_connection(connection, by);
            },
            [this](HandedConnection handed) { sessions_.serve(std::move(handed)); }};
  }

  void go_down() {
    is_up_ = false;
    if (terminator_) terminator_->go_down();
    for (auto& listener : listeners_) listener->go_down();
    logs_.drop_all("fault");
    sessions_.close_all("fault");
  }

  void allow_control() {
    daemon_.ledger.keep_recent();
    daemon_.control.enabled = true;
    daemon_.control.faults_changed = [this] { restarts_->arm(); };
    // Later, so that the answer goes out before its connection is dropped.
    daemon_.control.restart = [this](Nanos down_for) {
      boost::asio::post(io_, [this, down_for] { restarts_->restart(down_for); });
    };
    daemon_.control.each_open = [this](const auto& visit) {
      logs_.each(visit);
      sessions_.each(visit);
    };
  }

  bool come_up() {
    is_up_ = true;
    if (terminator_) terminator_->come_up();
    bool all_up = true;
    for (auto& listener : listeners_) all_up = (listener->is_up() || listener->come_up()) && all_up;
    return all_up;
  }

  void listen(BoundSocket bound) {
    listeners_.push_back(std::make_unique<Listener>(
        io_, std::move(bound),
        Listener::Hooks{[this](UniqueFd fd, pid_t peer_pid) { serve(std::move(fd), peer_pid); },
                        [this] { ++daemon_.counters.refused; }}));
  }

  void serve(UniqueFd fd, pid_t peer_pid) {
    HandedConnection handed;
    handed.fd = std::move(fd);
    handed.connection = daemon_.ledger.open_connection(peer_pid);
    sessions_.serve(std::move(handed));
  }

  /// For the terminator, on its thread: the other end of a connection to this daemon, whose client is elsewhere.
  UniqueFd connect_in_plain() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) return {};
    // Shared, as a posted function must be one that can be copied.
    auto ours = std::make_shared<UniqueFd>(ends[0]);
    boost::asio::post(io_, [this, ours] {
      if (is_up_) serve(std::move(*ours), 0);
    });
    return UniqueFd(ends[1]);
  }

  boost::asio::io_context io_{1};
  Daemon daemon_;
  Reaper reaper_{daemon_};
  LogStreams logs_;
  Sessions sessions_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::optional<RestartSchedule> restarts_;
  std::optional<Interventions> interventions_;
  std::optional<TlsTerminator> terminator_;
  bool is_up_ = true;  // the io thread's
  std::jthread thread_;
};

FakeDocker::FakeDocker(const FakeDockerOptions& options, const FleetConfig& fleet, const ScenarioClock& clock,
                       LedgerSink& ledger)
    : impl_(std::make_unique<Impl>(options, fleet, clock, ledger)) {}

FakeDocker::~FakeDocker() = default;

std::string FakeDocker::docker_host() const {
  return impl_->docker_host();
}

std::string FakeDocker::tcp_address() const {
  return impl_->tcp_address();
}

FakeDocker::Counters FakeDocker::counters() const {
  const auto& live = impl_->counters();
  return {live.open_connections, live.open_streams, live.running_containers, live.connections,
          live.refused,          live.requests,     live.lines_sent,         live.lines_late};
}

Interventions& FakeDocker::interventions() {
  return impl_->interventions();
}

void FakeDocker::stop_fleet() {
  impl_->stop_fleet();
}

void FakeDocker::set_fault_origin(Nanos scenario_time) {
  impl_->set_fault_origin(scenario_time);
}

std::map<std::string, SequenceRange> FakeDocker::lines_written(Nanos from, Nanos to) const {
  return impl_->lines_written(from, to);
}

}  // namespace leakrig
