// The logs endpoint: from a request to a plan of sequence numbers.
#include <algorithm>
#include <charconv>
#include <limits>

#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/hijack.h"
#include "harness/fake_docker/api/query_time.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

constexpr auto kNoEnd = std::numeric_limits<std::uint64_t>::max();

/// Far from when anything happens, in either direction: nothing is worked out from there.
constexpr Nanos kHorizon = std::chrono::hours{24 * 365 * 10};

/// The first line at or after a wall-clock time. Decided on the times that clients see, as a conversion to
/// scenario time and back may lose a nanosecond.
std::uint64_t first_at_or_after(const Daemon& daemon, const Container& container, Nanos epoch) {
  const auto& timeline = container.timeline;
  const auto now = daemon.clock.epoch_at(daemon.clock.now());
  if (epoch < now - kHorizon) return timeline.first();
  if (epoch > now + kHorizon) return kNoEnd;
  const auto about = daemon.clock.scenario_at_epoch(epoch);
  auto sequence = timeline.first_due_at_or_after(about);
  const auto is_before = [&](std::uint64_t candidate) {
    const auto due = timeline.due(candidate);
    return due && daemon.clock.epoch_at(*due) < epoch;
  };
  while (sequence > timeline.first() && !is_before(sequence - 1)) {
    const auto due = timeline.due(sequence - 1);
    if (!due || daemon.clock.epoch_at(*due) < epoch) break;
    --sequence;
  }
  while (is_before(sequence)) ++sequence;
  return sequence;
}

/// `tail`: a number of lines, anything else means all.
std::uint64_t tail_start(std::string_view tail, std::uint64_t first, std::uint64_t written) {
  std::uint64_t count = 0;
  const auto* const last = tail.data() + tail.size();
  const auto [end, error] = std::from_chars(tail.data(), last, count);
  if (tail.empty() || error != std::errc{} || end != last) return first;
  return written - std::min(count, written - first);
}

/// The first line that rotation has left. A json-file line is as long as its text and what stands around it.
std::uint64_t first_kept(const Container& container, std::uint64_t written) {
  constexpr std::size_t kAround = 75;
  const auto length = container.logs.bytes + kAround;
  return written - std::min(written, container.spec->log_bytes / length);
}

}  // namespace

Answer plan_logs(Daemon& daemon, const Request& request) {
  LogPlan plan;
  plan.format.to_stdout = request.flag("stdout");
  plan.format.to_stderr = request.flag("stderr");
  if (!plan.format.to_stdout && !plan.format.to_stderr) {
    throw api_error::bad_parameter("Bad parameters: must specify at least one of 'stdout' or 'stderr'");
  }
  const auto since = parse_query_time("since", request.param("since"));
  // dockerd takes a plain 0 for no bound here.
  const auto until = request.param("until") == "0" ? std::nullopt : parse_query_time("until", request.param("until"));
  const auto index = daemon.find(request.id);
  const auto& container = daemon.fleet.at(index);
  const auto& driver = container.spec ? container.spec->log_driver : container.identity.log_driver;
  if (!driver.empty() && driver != "json-file" && driver != "local" && driver != "journald")
    throw ApiError(501, "configured logging driver does not support reading");
  const bool tty = container.logs.tty;
  plan.container = static_cast<std::uint32_t>(index);
  plan.format.timestamps = request.flag("timestamps");
  plan.format.details = request.flag("details");
  plan.format.framed = !tty;
  plan.content_type = stream_content_type(plan.format.framed, request.api_minor);
  // Following needs the live log driver, so only a running container can be followed.
  plan.asked_to_follow = request.flag("follow");
  plan.follow = plan.asked_to_follow && container.is_running();

  auto first = container.timeline.first();
  const auto written = std::max(first, container.timeline.written_until(daemon.clock.now()));
  if (container.spec && container.spec->log_bytes > 0) first = std::max(first, first_kept(container, written));
  plan.next = tail_start(request.param("tail"), first, written);
  if (since) plan.next = std::max(plan.next, first_at_or_after(daemon, container, *since));
  plan.end = plan.follow ? kNoEnd : written;
  if (until) plan.end = std::min(plan.end, first_at_or_after(daemon, container, *until + Nanos{1}));
  plan.next = std::min(plan.next, plan.end);
  return plan;
}

}  // namespace leakrig::api
