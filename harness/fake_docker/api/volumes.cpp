// Volumes: list, inspect, create, remove, prune.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "harness/fake_docker/api/container_json.h"
#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/api/summaries.h"
#include "harness/fake_docker/api/text_match.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

using namespace std::string_view_literals;

constexpr std::array kVolumeFilters{"dangling"sv, "driver"sv, "label"sv, "name"sv};

json volume_json(const Daemon& daemon, const DockerVolume& volume) {
  auto labels = volume.labels;
  if (volume.anonymous) labels["com.docker.volume.anonymous"] = "";
  return {{"CreatedAt", daemon.wire_time(volume.created).substr(0, 19) + "Z"},
          {"Driver", "local"},
          {"Labels", labels.empty() ? json(nullptr) : json(labels)},
          {"Mountpoint", "/var/lib/docker/volumes/" + volume.name + "/_data"},
          {"Name", volume.name},
          {"Options", volume.options.empty() ? json(nullptr) : json(volume.options)},
          {"Scope", "local"}};
}

/// The containers that have a volume.
std::vector<std::string> users_of_volume(const Daemon& daemon, const std::string& name) {
  std::vector<std::string> users;
  for (const auto& [serial, index] : daemon.fleet.by_age()) {
    const auto& identity = daemon.fleet.at(index).identity;
    if (std::find(identity.volumes.begin(), identity.volumes.end(), name) != identity.volumes.end()) users.push_back(identity.id);
  }
  return users;
}

/// How many containers have each volume, counted while others are served.
boost::asio::awaitable<std::map<std::string, std::size_t>> count_users(Daemon& daemon, ReplyStream& out) {
  constexpr std::size_t kCountedATurn = 2000;
  std::map<std::string, std::size_t> users;
  const auto& by_age = daemon.fleet.by_age();
  std::uint64_t next = 0;
  for (auto each = by_age.begin(); each != by_age.end() && !out.over(); each = by_age.lower_bound(next)) {
    for (std::size_t looked = 0; looked < kCountedATurn && each != by_age.end(); ++looked, ++each) {
      next = each->first + 1;
      for (const auto& volume : daemon.fleet.at(each->second).identity.volumes) ++users[volume];
    }
    co_await out.let_others_run();
  }
  co_return users;
}

/// Those that were made, and those of the fleet; nothing if there is none of that name (any more).
std::optional<DockerVolume> volume_named(const Daemon& daemon, const std::string& name, bool is_used) {
  if (const auto found = daemon.volumes.all().find(name); found != daemon.volumes.all().end()) return found->second;
  return is_used ? std::optional{DockerVolume{name, {}, false, {}, {}}} : std::nullopt;
}

void check_volume_name(const std::string& name) {
  const auto is_allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-'; };
  if (name.size() < 2) throw api_error::bad_parameter("volume name is too short, names should be at least two alphanumeric characters");
  if (std::isalnum(static_cast<unsigned char>(name[0])) == 0 || !std::all_of(name.begin(), name.end(), is_allowed)) {
    throw api_error::bad_parameter(fmt::format(
        "create {0}: \"{0}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. "
        "If you intended to pass a host directory, use absolute path",
        name));
  }
}

void remove_now(Daemon& daemon, const std::string& name) {
  daemon.volumes.remove(name);
  daemon.publish("volume", "destroy", name, {{"driver", "local"}});
}

}  // namespace

void make_volume(Daemon& daemon, DockerVolume volume, std::string& name) {
  if (!volume.name.empty()) check_volume_name(volume.name);
  if (volume.name.empty() || daemon.volumes.find(volume.name) == nullptr) {
    if (daemon.volumes.full()) throw ApiError(503, "the daemon has no memory left for more volumes: remove some");
    volume.created = daemon.clock.now();
    const auto& made = daemon.volumes.add(std::move(volume));
    name = made.name;
    daemon.publish("volume", "create", name, {{"driver", "local"}});
  } else {
    name = volume.name;
  }
}

/// A JSON array of the volumes that `wants` admits, each as `told`, made while others are served.
template <class Wants, class Tells>
static boost::asio::awaitable<std::string> volumes_as_text(Daemon& daemon, ReplyStream& out, Wants wants, Tells told) {
  constexpr std::size_t kToldATurn = 500;
  const auto users = co_await count_users(daemon, out);
  std::set<std::string> names;
  for (const auto& [name, volume] : daemon.volumes.all()) names.insert(name);
  for (const auto& [name, count] : users) names.insert(names.end(), name);
  std::string text = "[";
  std::size_t looked = 0;
  for (const auto& name : names) {
    if (++looked % kToldATurn == 0) co_await out.let_others_run();
    if (out.over()) break;
    const auto found = users.find(name);
    const auto count = found == users.end() ? 0 : found->second;
    const auto volume = volume_named(daemon, name, count > 0);
    if (!volume || !wants(*volume, count)) continue;
    if (text.size() > 1) text += ',';
    text += told(*volume, count).dump(-1, ' ', false, json::error_handler_t::replace);
  }
  text += ']';
  co_return text;
}

boost::asio::awaitable<std::string> volumes_in_turns(Daemon& daemon, ReplyStream& out) {
  const auto told = [&daemon](const DockerVolume& volume, std::size_t users) {
    auto entry = volume_json(daemon, volume);
    entry["UsageData"] = {{"RefCount", users}, {"Size", 1048576}};
    return entry;
  };
  co_return co_await volumes_as_text(daemon, out, [](const DockerVolume&, std::size_t) { return true; }, told);
}

static boost::asio::awaitable<void> write_volumes(Daemon& daemon, const Request& request, ReplyStream& out) {
  const auto filters = Filters::parse(request.param("filters"), kVolumeFilters);
  const auto wants = [&filters](const DockerVolume& volume, std::size_t users) {
    const bool fits = !filters.has("dangling") || filters.admits("dangling", users > 0 ? "false" : "true") || filters.admits("dangling", users > 0 ? "0" : "1");
    return contains_any(filters.values("name"), volume.name) && filters.admits("driver", "local") && filters.admits_labels(volume.labels) && fits;
  };
  const auto told = [&daemon](const DockerVolume& volume, std::size_t) { return volume_json(daemon, volume); };
  auto list = co_await volumes_as_text(daemon, out, wants, told);
  Reply reply;
  reply.body = R"({"Volumes":)" + list + ",\"Warnings\":null}\n";
  if (!out.over()) co_await out.send_reply(std::move(reply));
}

Answer list_volumes(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_volumes};
  return Streamed{&kWriter};
}

Answer inspect_volume(Daemon& daemon, const Request& request) {
  const auto volume = volume_named(daemon, request.id, !users_of_volume(daemon, request.id).empty());
  if (!volume) throw ApiError(404, fmt::format("get {}: no such volume", request.id));
  return json_reply(volume_json(daemon, *volume));
}

Answer create_volume(Daemon& daemon, const Request& request) {
  const auto body = read_body(request.body);
  DockerVolume volume;
  volume.name = text_at(body, "Name");
  const auto driver = text_at(body, "Driver");
  if (!driver.empty() && driver != "local")
    throw ApiError(404, fmt::format("create {0}: error looking up volume plugin {1}: plugin \"{1}\" not found", volume.name, driver));
  for (const auto& [key, value] : member(body, "Labels").items()) volume.labels[key] = value.is_string() ? value.get<std::string>() : "";
  for (const auto& [key, value] : member(body, "DriverOpts").items()) volume.options[key] = value.is_string() ? value.get<std::string>() : "";
  std::string name;
  make_volume(daemon, std::move(volume), name);
  return json_reply(volume_json(daemon, *daemon.volumes.find(name)), 201);
}

Answer remove_volume(Daemon& daemon, const Request& request) {
  if (const auto users = users_of_volume(daemon, request.id); !users.empty()) {
    std::string ids;
    for (const auto& id : users) ids += (ids.empty() ? "" : ", ") + id;
    throw ApiError(409, fmt::format("remove {}: volume is in use - [{}]", request.id, ids));
  }
  if (daemon.volumes.find(request.id) == nullptr && !request.flag("force"))
    throw ApiError(404, fmt::format("get {}: no such volume", request.id));
  if (daemon.volumes.find(request.id) != nullptr) remove_now(daemon, request.id);
  return empty_reply(204);
}

static boost::asio::awaitable<void> write_volume_prune(Daemon& daemon, const Request& request, ReplyStream& out) {
  constexpr ApiMinor kAnonymousSince = 42;
  constexpr std::size_t kPrunedATurn = 500;
  const auto choice = PruneChoice::read(daemon, request, "all");
  const auto& all = choice.filters.values("all");
  const bool takes_named = request.api_minor < kAnonymousSince || all.count("true") != 0 || all.count("1") != 0;
  auto deleted = json::array();
  std::string last;
  for (bool more = true; more && !out.over();) {
    std::set<std::string> unused;
    auto each = daemon.volumes.all().upper_bound(last);
    for (; each != daemon.volumes.all().end() && unused.size() < kPrunedATurn; ++each) {
      const auto& volume = each->second;
      last = each->first;
      if ((takes_named || volume.anonymous) && choice.takes(daemon, volume.created, volume.labels)) unused.insert(last);
    }
    more = each != daemon.volumes.all().end();
    for (const auto& [serial, index] : daemon.fleet.by_age()) {
      for (const auto& used : daemon.fleet.at(index).identity.volumes) unused.erase(used);
    }
    for (const auto& name : unused) {
      remove_now(daemon, name);
      deleted.push_back(name);
    }
    if (more) co_await out.let_others_run();
  }
  daemon.publish("volume", "prune", "", {{"reclaimed", "0"}});
  auto reply = json_reply({{"VolumesDeleted", deleted.empty() ? json(nullptr) : deleted}, {"SpaceReclaimed", 0}});
  if (!out.over()) co_await out.send_reply(std::move(reply));
}

Answer prune_volumes(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_volume_prune};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
