// GET /containers/json: which containers, in which order.
#include <algorithm>
#include <array>
#include <charconv>

#include "harness/fake_docker/api/container_json.h"
#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/name_pattern.h"
#include "harness/fake_docker/api/summaries.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

using namespace std::string_view_literals;

constexpr std::array kListFilters{"ancestor"sv, "before"sv,  "exited"sv,    "expose"sv, "health"sv,
                                  "id"sv,       "is-task"sv, "isolation"sv, "label"sv,  "name"sv,
                                  "network"sv,  "publish"sv, "since"sv,     "status"sv, "volume"sv};

constexpr std::array kStates{"created"sv,  "running"sv, "paused"sv, "restarting"sv,
                             "removing"sv, "exited"sv,  "dead"sv};
/// What dockerd would have to walk through file systems for.
constexpr std::string_view kSizes = R"(,"SizeRw":4096,"SizeRootFs":45187072)";
/// Made in one turn, each some 15 us, so that nobody else waits long.
constexpr std::size_t kSummariesATurn = 500;
constexpr std::array kHealth{"none"sv, "starting"sv, "healthy"sv, "unhealthy"sv};

/// A request to list, with what has to be worked out once.
struct ListQuery {
  Filters filters;
  NamePattern names{{}};
  std::optional<std::uint64_t> before;  ///< serials
  std::optional<std::uint64_t> since;
  bool all = false;
};

void check_values(const Filters& filters, std::string_view key, std::span<const std::string_view> allowed) {
  for (const auto& value : filters.values(key)) {
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      throw api_error::bad_parameter("invalid filter '" + std::string{key} + "=" + value + "'");
    }
  }
}

ListQuery parse_list_query(const Daemon& daemon, const Request& request) {
  ListQuery query;
  query.filters = Filters::parse(request.param("filters"), kListFilters);
  check_values(query.filters, "status", kStates);
  check_values(query.filters, "health", kHealth);
  query.names = NamePattern(query.filters.values("name"));
  for (const auto& reference : query.filters.values("before")) query.before = daemon.fleet.at(daemon.find(reference)).serial;
  for (const auto& reference : query.filters.values("since")) query.since = daemon.fleet.at(daemon.find(reference)).serial;
  // These filters look at stopped containers too.
  query.all = request.flag("all") || query.filters.has("status") || query.filters.has("exited") ||
              query.before || query.since;
  return query;
}

bool matches_ancestor(const Filters& filters, const ContainerIdentity& identity) {
  const auto& wanted = filters.values("ancestor");
  if (wanted.empty()) return true;
  const std::string_view repository = std::string_view{identity.image}.substr(0, identity.image.find(':'));
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& image) {
           return image == identity.image || image == repository || ImageStore::with_tag(image) == ImageStore::with_tag(identity.image) ||
                  image == identity.image_id ||
                  (image.size() >= 12 && std::string_view{identity.image_id}.substr(7).starts_with(image));
         });
}

/// "80", "80/udp" or "8000-8080/tcp" against the container's ports, or those of the host.
bool has_port(const std::set<std::string>& wanted, const Container& container, bool of_host) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& text) {
    const auto slash = text.find('/');
    const auto protocol = slash == std::string::npos ? std::string{"tcp"} : text.substr(slash + 1);
    const auto range = text.substr(0, slash);
    const auto dash = range.find('-');
    unsigned low = 0;
    std::from_chars(range.data(), range.data() + range.size(), low);
    unsigned high = low;
    if (dash != std::string::npos) std::from_chars(range.data() + dash + 1, range.data() + range.size(), high);
    const auto& ports = container.identity.ports;
    return std::any_of(ports.begin(), ports.end(), [&](const PublishedPort& port) {
      const auto number = of_host ? (container.is_running() ? port.host_port : std::uint16_t{0}) : port.container_port;
      return number != 0 && number >= low && number <= high && protocol == to_string(port.protocol);
    });
  });
}

/// As dockerd does: what one of both filters admits.
bool matches_ports(const Filters& filters, const Container& container) {
  if (!filters.has("publish") && !filters.has("expose")) return true;
  return has_port(filters.values("publish"), container, true) || has_port(filters.values("expose"), container, false);
}

bool matches_network(const Filters& filters, const Container& container) {
  if (!filters.has("network")) return true;
  const auto endpoints = endpoints_of(container);
  return std::any_of(endpoints.begin(), endpoints.end(), [&](const Endpoint& endpoint) {
    return filters.admits("network", endpoint.network) || filters.admits("network", endpoint.network_id);
  });
}

bool matches_volume(const Filters& filters, const Container& container) {
  const auto& wanted = filters.values("volume");
  if (wanted.empty()) return true;
  const auto is_wanted = [&wanted](const std::string& text) { return !text.empty() && wanted.count(text) != 0; };
  if (container.spec) {
    const auto& mounts = container.spec->mounts;
    return std::any_of(mounts.begin(), mounts.end(), [&](const MountPoint& mount) {
      return is_wanted(mount.name) || is_wanted(mount.destination) || is_wanted(mount.source);
    });
  }
  const auto& own = container.identity.volumes;
  return std::any_of(own.begin(), own.end(), is_wanted) || (!own.empty() && wanted.count("/data") != 0);
}

bool passes(const ListQuery& query, const Container& container) {
  const auto& filters = query.filters;
  const auto& identity = container.identity;
  if (container.removed || (!query.all && !container.is_running())) return false;
  if (query.before && container.serial >= *query.before) return false;
  if (query.since && container.serial <= *query.since) return false;
  if (!filters.admits("status", to_string(container.state)) ||
      !filters.admits("health", health_of(container))) {
    return false;
  }
  if (filters.has("exited") && (container.state != ContainerState::exited ||
                                !filters.admits("exited", std::to_string(container.exit_code)))) {
    return false;
  }
  const auto& ids = filters.values("id");
  if (!ids.empty() && std::none_of(ids.begin(), ids.end(), [&identity](const std::string& id) {
        return identity.id.starts_with(id);
      })) {
    return false;
  }
  if (!query.names.matches(identity.name)) return false;
  if (!matches_network(filters, container) || !matches_volume(filters, container)) return false;
  if (filters.has("is-task") && !filters.admits("is-task", "false")) return false;
  return matches_ancestor(filters, identity) && matches_ports(filters, container) && filters.admits_labels(identity.labels);
}

/// An entry of the list. Only its status ages by itself, so the rest is made when the container changes.
const ListCache::Parts& summary_parts(Daemon& daemon, std::size_t index) {
  constexpr std::string_view kStatus = "\"Status\":\"\"";
  constexpr std::string_view kLabels = ",\"Labels\":";
  const auto& container = daemon.fleet.at(index);
  auto& parts = daemon.lists.parts(index);
  if (parts.changed == container.changed) return parts;
  const auto text =
      container_summary(daemon, container).dump(-1, ' ', false, json::error_handler_t::replace);
  const auto sizes = text.find(kLabels);
  const auto status = text.rfind(kStatus) + kStatus.size() - 1;
  parts = {container.changed, text.substr(0, sizes), text.substr(sizes, status - sizes), text.substr(status)};
  return parts;
}

void append_summary(Daemon& daemon, std::size_t index, bool with_size, std::string& list) {
  const auto& parts = summary_parts(daemon, index);
  list += parts.before_sizes;
  if (with_size) list += kSizes;
  list += parts.before_status;
  list += status_of(daemon, daemon.fleet.at(index));
  list += parts.after_status;
}

}  // namespace

bool summaries_are_stale(Daemon& daemon) {
  std::size_t stale = 0;
  for (const auto& [serial, index] : daemon.fleet.by_age())
    stale += daemon.lists.parts(index).changed != daemon.fleet.at(index).changed ? 1 : 0;
  return stale > kSummariesATurn;
}

boost::asio::awaitable<void> refresh_summaries(Daemon& daemon, ReplyStream& out) {
  const auto& by_age = daemon.fleet.by_age();
  std::uint64_t next = 0;
  while (!out.over()) {
    auto each = by_age.lower_bound(next);
    for (std::size_t made = 0; made < kSummariesATurn && each != by_age.end(); ++made, ++each)
      summary_parts(daemon, each->second);
    if (each == by_age.end()) break;
    next = each->first;
    co_await out.let_others_run();
  }
}

static boost::asio::awaitable<void> write_list(Daemon& daemon, const Request& request, ReplyStream& out) {
  co_await refresh_summaries(daemon, out);
  auto reply = container_list(daemon, request);
  co_await out.send_reply(std::move(reply));
}

Answer list_containers(Daemon& daemon, const Request& request) {
  static constexpr StreamWriter kWriter{write_list};
  if (summaries_are_stale(daemon)) return Streamed{&kWriter};
  return container_list(daemon, request);
}

Reply container_list(Daemon& daemon, const Request& request) {
  std::string key;
  for (const auto& [name, value] : request.query) key += name + '=' + value + '&';
  Reply reply;
  reply.shared_body = daemon.lists.find(key, daemon.fleet.revision(), daemon.monotonic());
  if (reply.shared_body) return reply;
  auto query = parse_list_query(daemon, request);
  int limit = 0;
  if (const auto text = request.param("limit"); !text.empty()) {
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, limit);
    if (error != std::errc{} || end != last) {
      throw api_error::bad_parameter("strconv.Atoi: parsing \"" + std::string{text} + "\": invalid syntax");
    }
  }
  // A limit asks for the last containers made, whatever their state.
  if (limit > 0) query.all = true;
  const bool with_size = request.flag("size");
  std::string list;
  list.reserve(daemon.lists.usual_bytes());
  list = "[";
  int listed = 0;
  const auto& by_age = daemon.fleet.by_age();
  for (auto each = by_age.rbegin(); each != by_age.rend(); ++each) {  // newest first
    if (limit > 0 && listed >= limit) break;
    if (!passes(query, daemon.fleet.at(each->second))) continue;
    if (listed++ > 0) list += ',';
    append_summary(daemon, each->second, with_size, list);
  }
  list += "]\n";
  daemon.lists.remember_bytes(list.size());
  reply.shared_body = daemon.answers.keep(std::move(list));
  if (!reply.shared_body) throw ApiError(503, std::string{kTooManyAnswers});
  daemon.lists.keep(key, reply.shared_body);
  return reply;
}

}  // namespace leakrig::api
