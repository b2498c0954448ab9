// What a reading costs on a process of 10,000 threads and 10,000 sockets. By hand, side by side with other
// tools on the same process, with tests/bench/many.cpp's program.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "harness/core/process.h"
#include "harness/probe/procfs_probe.h"

namespace leakrig {
namespace {

/// The target beside this program, once it has all of its threads and sockets.
ChildProcess start_target(const char* threads, const char* sockets) {
  SpawnOptions options;
  options.argv = {std::filesystem::read_symlink("/proc/self/exe").parent_path() / "leakrig_many", threads,
                  sockets};
  ChildProcess target{options};
  const SystemClock clock;
  ProcfsProbe probe{target.pid(), clock};
  ProbeValues values;
  while (values["threads"] != std::atof(threads) || values["fds"] < std::atof(sockets)) {
    values.clear();
    if (!probe.read(values)) std::exit(1);
  }
  return target;
}

class TenThousand : public benchmark::Fixture {
 public:
  void SetUp(const benchmark::State&) override {
    target_ = std::make_unique<ChildProcess>(start_target("10000", "10000"));
  }
  void TearDown(const benchmark::State&) override { target_.reset(); }

 protected:
  std::unique_ptr<ChildProcess> target_;
  SystemClock clock_;
};

/// At every reading: threads, fds, memory.
BENCHMARK_F(TenThousand, PlainCounts)(benchmark::State& state) {
  ProcfsProbe probe{target_->pid(), clock_, {.dear_share = 1e-9}};
  ProbeValues first;
  probe.read(first);  // the one that the rationing lets through
  for (auto _ : state) {
    ProbeValues values;
    probe.read(values);
    benchmark::DoNotOptimize(values);
  }
}

/// As often as the rationing lets it: with sockets by family and CPU time.
BENCHMARK_F(TenThousand, DearCounts)(benchmark::State& state) {
  ProcfsProbe probe{target_->pid(), clock_, {.dear_from = 1'000'000}};
  for (auto _ : state) {
    ProbeValues values;
    probe.read(values);
    benchmark::DoNotOptimize(values);
  }
}

/// A row like every one after the second: names of threads, kinds of descriptors, sockets with state and
/// peer.
BENCHMARK_F(TenThousand, Grouping)(benchmark::State& state) {
  ProcfsProbe probe{target_->pid(), clock_};
  const auto row = [&] {
    ProbeValues values;
    Groups groups;
    probe.read_row(values, groups);
    benchmark::DoNotOptimize(groups);
  };
  row();
  row();
  for (auto _ : state) row();
}

/// The first row: nothing is known yet.
BENCHMARK_F(TenThousand, FirstGrouping)(benchmark::State& state) {
  for (auto _ : state) {
    ProcfsProbe probe{target_->pid(), clock_};
    ProbeValues values;
    Groups groups;
    probe.read_row(values, groups);
    benchmark::DoNotOptimize(groups);
  }
}

/// A subject as in the investigation: everything at every reading.
void small_process(benchmark::State& state) {
  const ChildProcess target = start_target("130", "60");
  const SystemClock clock;
  ProcfsProbe probe{target.pid(), clock};
  for (auto _ : state) {
    ProbeValues values;
    probe.read(values);
    benchmark::DoNotOptimize(values);
  }
}
BENCHMARK(small_process)->Name("SmallProcess/AllCounts");

}  // namespace
}  // namespace leakrig

BENCHMARK_MAIN();
