// What one request or one batch of lines costs, without sockets.
#include <benchmark/benchmark.h>

#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/routes.h"
#include "harness/fake_docker/logs/log_encoder.h"

namespace leakrig {
namespace {

void route(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        route_request("GET", "/v1.41/containers/web-1/logs?follow=1&stdout=1&stderr=1&tail=all", 48));
  }
}
BENCHMARK(route);

void encode_lines(benchmark::State& state) {
  constexpr std::uint64_t kLines = 256;
  FleetConfig config;
  config.containers = 1;
  config.logs.bytes = static_cast<std::size_t>(state.range(0));
  config.logs.history = kLines;
  const Fleet fleet(config);
  const SystemClock system;
  const ScenarioClock clock(system, 1);
  LogEncoder encoder(fleet, clock);
  LogFormat format;
  format.to_stdout = format.framed = format.chunked = true;
  EncodedLines lines;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    encoder.encode(0, 0, kLines, format, lines);
    bytes += static_cast<std::int64_t>(lines.bytes.size());
  }
  state.SetBytesProcessed(bytes);
}
BENCHMARK(encode_lines)->Arg(64)->Arg(120)->Arg(1000)->Arg(16384);

}  // namespace
}  // namespace leakrig

BENCHMARK_MAIN();
