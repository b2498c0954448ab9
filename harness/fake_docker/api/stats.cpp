// GET /containers/{id}/stats: a made-up but plausible container, a pure function of the seed and the time.
#include <boost/asio/steady_timer.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/core/units.h"
#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {


constexpr Nanos kEvery = std::chrono::seconds{1};
constexpr ApiMinor kOneShotSince = 41;
constexpr std::uint64_t kCpus = 4;
constexpr std::uint64_t kMemoryLimit = 8ULL << 30;

/// What a sample is made from: all of it grows or swings with scenario time, at a pace of the container's
/// own.
struct Usage {
  Nanos at{0};
  std::uint64_t cpu_ns = 0;
  std::uint64_t system_ns = 0;
  std::uint64_t memory = 0;
  std::uint64_t cache = 0;
  std::uint64_t rx_bytes = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t read_bytes = 0;
};

std::uint64_t rounded(double value) {
  return static_cast<std::uint64_t>(std::llround(std::max(0.0, value)));
}

/// What clients allow the container; 0: everything.
struct Limits {
  std::uint64_t memory = 0;
  double cpus = 0;
  std::uint64_t processes = 0;
};

Limits limits_of(const Container& container) {
  const auto& given = given_of(container);
  if (given.empty()) return {};
  const auto body = read_body(given);
  const auto& host = member(body, "HostConfig");
  const auto natural = [&host](const char* key) { return static_cast<std::uint64_t>(std::max(0LL, number_at(host, key))); };
  Limits limits{natural("Memory"), static_cast<double>(natural("NanoCpus")) / 1e9, natural("PidsLimit")};
  const auto period = natural("CpuPeriod");
  if (limits.cpus == 0 && natural("CpuQuota") > 0) limits.cpus = static_cast<double>(natural("CpuQuota")) / static_cast<double>(period > 0 ? period : 100'000);
  return limits;
}

Usage usage_at(const Container& container, Nanos now) {
  const auto limits = limits_of(container);
  const auto bits = name_bits(container.identity.id);
  const auto draw = [bits](std::uint64_t stream) { return seeded_unit(bits, stream, 0); };
  const auto up = to_seconds(now - container.started.value_or(now));
  Usage usage;
  usage.at = now;
  usage.cpu_ns = rounded(up * 1e9 * std::min(0.01 + 0.2 * draw(1), limits.cpus > 0 ? limits.cpus : 1.0));
  usage.system_ns = rounded((1e5 + to_seconds(now)) * 1e9 * static_cast<double>(kCpus));
  usage.memory = rounded((20 + 200 * draw(2)) * 1e6 * (1 + 0.05 * std::sin(up / 30 + 6 * draw(3))));
  if (limits.memory > 0) usage.memory = std::min(usage.memory, limits.memory - limits.memory / 8);
  usage.cache = usage.memory / 8;
  usage.rx_bytes = rounded(1000 + up * (500 + 50000 * draw(4)));
  usage.tx_bytes = rounded(700 + up * (300 + 20000 * draw(5)));
  usage.read_bytes = rounded(4096 * std::floor(100 + up * 3 * draw(6)));
  return usage;
}

json cpu_json(const Usage& usage, bool known) {
  json cpu{{"cpu_usage",
            {{"total_usage", usage.cpu_ns},
             {"usage_in_kernelmode", usage.cpu_ns / 4},
             {"usage_in_usermode", usage.cpu_ns - usage.cpu_ns / 4}}}};
  if (known) {
    cpu["system_cpu_usage"] = usage.system_ns;
    cpu["online_cpus"] = kCpus;
  }
  cpu["throttling_data"] = {{"periods", 0}, {"throttled_periods", 0}, {"throttled_time", 0}};
  return cpu;
}

/// `bytes`: what io_service_bytes_recursive says; the other lists are null.
json blkio_json(json bytes) {
  return {{"io_service_bytes_recursive", std::move(bytes)},
          {"io_serviced_recursive", nullptr},
          {"io_queue_recursive", nullptr},
          {"io_service_time_recursive", nullptr},
          {"io_wait_time_recursive", nullptr},
          {"io_merged_recursive", nullptr},
          {"io_time_recursive", nullptr},
          {"sectors_recursive", nullptr}};
}

/// `previous`: the sample before; none for the first of all.
std::string sample_line(const Daemon& daemon, const Container& container, const Usage& usage,
                        const std::optional<Usage>& previous) {
  const auto io = [](std::uint64_t value, const char* op) {
    return json{{"major", 254}, {"minor", 0}, {"op", op}, {"value", value}};
  };
  const auto limits = limits_of(container);
  const json sample{
      {"read", daemon.wire_time(usage.at)},
      {"preread", previous ? daemon.wire_time(previous->at) : std::string{kNever}},
      {"pids_stats", {{"current", 5}, {"limit", limits.processes > 0 ? limits.processes : 18446744073709551615ULL}}},
      {"blkio_stats",
       blkio_json(json::array({io(usage.read_bytes, "read"), io(usage.read_bytes / 4, "write")}))},
      {"num_procs", 0},
      {"storage_stats", json::object()},
      {"cpu_stats", cpu_json(usage, true)},
      {"precpu_stats", cpu_json(previous.value_or(Usage{}), previous.has_value())},
      {"memory_stats",
       {{"usage", usage.memory},
        {"stats",
         {{"active_anon", usage.memory - usage.cache},
          {"active_file", usage.cache / 2},
          {"anon", usage.memory - usage.cache},
          {"file", usage.cache},
          {"inactive_anon", 0},
          {"inactive_file", usage.cache / 2},
          {"pgfault", usage.memory / 4096},
          {"pgmajfault", 0}}},
        {"limit", limits.memory > 0 ? std::min(limits.memory, kMemoryLimit) : kMemoryLimit}}},
      {"name", "/" + container.identity.name},
      {"id", container.identity.id},
      {"networks",
       {{"eth0",
         {{"rx_bytes", usage.rx_bytes},
          {"rx_packets", usage.rx_bytes / 200},
          {"rx_errors", 0},
          {"rx_dropped", 0},
          {"tx_bytes", usage.tx_bytes},
          {"tx_packets", usage.tx_bytes / 200},
          {"tx_errors", 0},
          {"tx_dropped", 0}}}}}};
  return sample.dump() + "\n";
}

/// What is said of a container that does not run.
std::string empty_line(const Container& container) {
  const json none{{"read", kNever},
                  {"preread", kNever},
                  {"pids_stats", json::object()},
                  {"blkio_stats", blkio_json(nullptr)},
                  {"num_procs", 0},
                  {"storage_stats", json::object()},
                  {"cpu_stats", cpu_json({}, false)},
                  {"precpu_stats", cpu_json({}, false)},
                  {"memory_stats", json::object()},
                  {"name", "/" + container.identity.name},
                  {"id", container.identity.id}};
  return none.dump() + "\n";
}

}  // namespace

/// A sample each scenario second. Without a stream, one whose predecessor was taken a second before, for
/// which the client waits; with one-shot (and no stream) one at once, without a predecessor.
static boost::asio::awaitable<void> write_stats(Daemon& daemon, const Request& request, ReplyStream& out) {
  const auto index = daemon.find(request.id);
  const ContainerHold hold(daemon.fleet, index);
  const bool stream = request.flag("stream", true);
  const bool one_shot = request.api_minor >= kOneShotSince && request.flag("one-shot");
  if (stream && one_shot) throw api_error::bad_parameter("cannot have stream=true and one-shot=true");
  co_await out.begin(200, "application/json");
  std::optional<Usage> previous;
  while (!out.over()) {
    const auto& container = daemon.fleet.at(index);
    if (container.removed) break;
    const auto now = daemon.clock.now();
    if (!container.is_running()) {
      previous.reset();
      auto line = empty_line(container);
      co_await out.write(std::move(line));
      if (!stream) break;
    } else {
      const auto usage = usage_at(container, now);
      // The first sample of a stream is sent at once; a single one is the second that was taken.
      if (stream || one_shot || previous) {
        auto line = sample_line(daemon, container, usage, previous);
        co_await out.write(std::move(line));
        if (!stream) break;
      }
      previous = usage;
    }
    const auto wall = daemon.clock.to_wall(kEvery);
    co_await out.pause(wall);
    daemon.advance();
  }
  if (out.over()) co_return;
  if (stream) {
    co_await out.end_following();
  } else {
    co_await out.end();
  }
}

Answer stream_stats(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_stats};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
