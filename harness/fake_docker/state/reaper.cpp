#include "harness/fake_docker/state/reaper.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "harness/core/units.h"
#include "harness/fake_docker/http/message.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kLongestLine = 64 * 1024;
constexpr std::size_t kMostFilters = 100;
constexpr Nanos kReconnection = std::chrono::seconds{10};

bool is_reaper(const Container& container) {
  return container.spec && !container.spec->command.empty() && program_name(container.spec->command.front()) == "ryuk";
}

Nanos reconnection_time(const Container& container) {
  static constexpr std::string_view kReconnectionVariable = "RYUK_RECONNECTION_TIMEOUT=";
  for (const auto& variable : container.spec->env) {
    if (!variable.starts_with(kReconnectionVariable)) continue;
    if (const auto length = parse_duration(variable.substr(kReconnectionVariable.size()))) return *length;
  }
  return kReconnection;
}

bool has_all(const std::map<std::string, std::string>& labels, const Reaper::Labels& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& label) {
    const auto found = labels.find(label.first);
    return found != labels.end() && (label.second.empty() || found->second == label.second);
  });
}

bool is_wanted(const std::map<std::string, std::string>& labels, const std::vector<Reaper::Labels>& filters) {
  return std::any_of(filters.begin(), filters.end(), [&](const Reaper::Labels& each) { return has_all(labels, each); });
}

template <class Things>
std::vector<std::string> wanted_names(const Things& things, const std::vector<Reaper::Labels>& filters) {
  std::vector<std::string> names;
  for (const auto& [name, thing] : things) {
    if (is_wanted(thing.labels, filters)) names.push_back(name);
  }
  return names;
}

}  // namespace

struct Reaper::Client {
  Client(asio::io_context& io, std::string container) : socket(io), id(std::move(container)) {}
  asio::ip::tcp::socket socket;
  std::string id;
  std::string buffer;
};

struct Reaper::Watch {
  explicit Watch(asio::io_context& io) : timer(io) {}
  std::size_t clients = 0;
  std::vector<Labels> filters;
  asio::steady_timer timer;
};

Reaper::Reaper(Daemon& daemon) : daemon_(&daemon) {}
Reaper::~Reaper() = default;

Reaper::Labels Reaper::parse_line(std::string_view line) {
  Labels labels;
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  for (const auto& [key, value] : parse_query(line)) {
    const auto equals = value.find('=');
    if (key == "label") labels[value.substr(0, equals)] = equals == std::string::npos ? std::string{} : value.substr(equals + 1);
  }
  return labels;
}

void Reaper::serve(std::size_t container, UniqueFd connection) {
  const auto& one = daemon_->fleet.at(container);
  if (stopped_ || !is_reaper(one)) return;
  const auto client = clients_.emplace(clients_.end(), daemon_->io, one.identity.id);
  boost::system::error_code error;
  client->socket.assign(asio::ip::tcp::v4(), connection.get(), error);
  if (error) {
    clients_.erase(client);
    return;
  }
  connection.release();
  auto& watch = watches_.try_emplace(client->id, daemon_->io).first->second;
  ++watch.clients;
  watch.timer.cancel();
  converse(client);
}

void Reaper::converse(std::list<Client>::iterator client) {
  asio::async_read_until(client->socket, asio::dynamic_buffer(client->buffer, kLongestLine), '\n',
                         [this, client](const boost::system::error_code& error, std::size_t bytes) {
    if (error) return leave(client);
    auto labels = parse_line(std::string_view{client->buffer}.substr(0, bytes));
    client->buffer.erase(0, bytes);
    auto& filters = watches_.at(client->id).filters;
    if (!labels.empty() && filters.size() < kMostFilters) filters.push_back(std::move(labels));
    static constexpr std::string_view kAck = "ACK\n";
    asio::async_write(client->socket, asio::buffer(kAck), [this, client](const boost::system::error_code& failure, std::size_t) {
      if (failure) return leave(client);
      converse(client);
    });
  });
}

void Reaper::leave(std::list<Client>::iterator client) {
  const auto id = client->id;
  clients_.erase(client);
  auto& watch = watches_.at(id);
  if (--watch.clients > 0 || stopped_) return;
  const auto found = daemon_->fleet.find(id);
  if (!found.index || !daemon_->fleet.at(*found.index).is_running()) {
    watches_.erase(id);
    return;
  }
  watch.timer.expires_after(daemon_->clock.to_wall(reconnection_time(daemon_->fleet.at(*found.index))));
  watch.timer.async_wait([this, id](const boost::system::error_code& error) {
    if (!error && !stopped_) reap(id);
  });
}

void Reaper::reap(const std::string& id) {
  auto watch = watches_.extract(id);
  const auto found = daemon_->fleet.find(id);
  if (watch.empty() || !found.index || !daemon_->fleet.at(*found.index).is_running()) return;
  const auto& filters = watch.mapped().filters;
  std::vector<std::size_t> wanted;
  for (const auto& [serial, index] : daemon_->fleet.by_age()) {
    if (index != *found.index && is_wanted(daemon_->fleet.at(index).identity.labels, filters)) wanted.push_back(index);
  }
  for (const auto index : wanted) daemon_->announce(daemon_->fleet.remove(index, daemon_->clock.now(), true).events);
  for (const auto& name : wanted_names(daemon_->networks.all(), filters)) {
    const auto* const network = daemon_->networks.find(name);
    const auto network_id = network->id;
    const auto driver = network->driver;
    daemon_->networks.remove(name);
    daemon_->publish("network", "destroy", network_id, {{"name", name}, {"type", driver}});
  }
  for (const auto& name : wanted_names(daemon_->volumes.all(), filters)) {
    daemon_->volumes.remove(name);
    daemon_->publish("volume", "destroy", name, {{"driver", "local"}});
  }
  daemon_->announce(daemon_->fleet.exit(*found.index, daemon_->clock.now(), 0).events);
}

void Reaper::close_all() {
  stopped_ = true;
  for (auto& [id, watch] : watches_) watch.timer.cancel();
  boost::system::error_code ignored;
  for (auto& client : clients_) client.socket.close(ignored);
}

}  // namespace leakrig
