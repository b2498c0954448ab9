// POST .../prune: what nobody uses is removed, as its filters say.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/core/units.h"
#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/query_time.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/api/text_match.h"
#include "harness/fake_docker/http/errors.h"

namespace leakrig::api {
namespace {

using namespace std::string_view_literals;

/// Each is announced, some 5 us; what others wait for is a few of these.
constexpr std::size_t kRemovedATurn = 500;

/// dockerd's `until`: a time, or a duration before now ("10m").
std::optional<Nanos> prune_until(const Daemon& daemon, const Filters& filters) {
  const auto& values = filters.values("until");
  if (values.size() > 1) throw api_error::bad_parameter("more than one until filter specified");
  if (values.empty()) return std::nullopt;
  const auto now = daemon.clock.epoch_at(daemon.clock.now());
  if (const auto ago = parse_duration(*values.begin())) return now - *ago;
  return parse_query_time("until", *values.begin());
}

}  // namespace

bool contains_any(const std::set<std::string>& wanted, const std::string& text) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& part) { return text.find(part) != std::string::npos; });
}

PruneChoice PruneChoice::read(const Daemon& daemon, const Request& request, std::string_view also) {
  const std::array allowed{"label"sv, "label!"sv, "until"sv, also.empty() ? "until"sv : also};
  PruneChoice choice;
  choice.filters = Filters::parse(request.param("filters"), allowed);
  choice.until = prune_until(daemon, choice.filters);
  return choice;
}

bool PruneChoice::takes(const Daemon& daemon, Nanos created, const std::map<std::string, std::string>& labels) const {
  return (!until || daemon.clock.epoch_at(created) <= *until) && filters.admits_labels(labels) && !filters.rejects_labels(labels);
}

static boost::asio::awaitable<void> write_prune(Daemon& daemon, const Request& request, ReplyStream& out) {
  const auto choice = PruneChoice::read(daemon, request);
  auto deleted = json::array();
  std::uint64_t next = 0;
  const auto& by_age = daemon.fleet.by_age();
  for (auto each = by_age.lower_bound(next); each != by_age.end(); each = by_age.lower_bound(next)) {
    for (std::size_t looked = 0; looked < kRemovedATurn && each != by_age.end(); ++looked) {
      const auto index = each->second;
      next = each->first + 1;
      ++each;
      const auto& container = daemon.fleet.at(index);
      if (container.is_running() || !choice.takes(daemon, container.created, container.identity.labels)) continue;
      deleted.push_back(container.identity.id);
      daemon.announce(daemon.fleet.remove(index, daemon.clock.now(), false).events);
    }
    co_await out.let_others_run();
    if (out.over()) co_return;
  }
  daemon.publish("container", "prune", "", {{"reclaimed", "0"}});
  const json body{{"ContainersDeleted", deleted.empty() ? json(nullptr) : deleted}, {"SpaceReclaimed", 0}};
  auto reply = json_reply(body);
  co_await out.send_reply(std::move(reply));
}

Answer prune_containers(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_prune};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
