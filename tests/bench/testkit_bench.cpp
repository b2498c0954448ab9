// What a leak check costs a test that leaves nothing behind: the target is 50 us at most.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/mman.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "leakrig/gtest.h"

namespace {

/// A process that has so many more threads, descriptors and mappings.
class Furnished {
 public:
  explicit Furnished(int things) {
    for (int i = 0; i < things; ++i) {
      fds_.push_back(::open("/dev/null", O_RDONLY));
      // Every second one may not be written: the kernel does not join them.
      const int access = i % 2 == 0 ? PROT_READ | PROT_WRITE : PROT_READ;
      mapped_.push_back(::mmap(nullptr, 4096, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
      threads_.emplace_back([this] {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stop_; });
      });
    }
  }
  ~Furnished() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    for (const int fd : fds_) ::close(fd);
    for (void* page : mapped_) ::munmap(page, 4096);
  }

 private:
  std::vector<int> fds_;
  std::vector<void*> mapped_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
};

void clean_test(benchmark::State& state) {
  const Furnished furnished(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    leakrig::testkit::LeakCheck check;
    if (!check.leftovers().empty()) state.SkipWithError("it was not clean");
  }
}
BENCHMARK(clean_test)->Arg(0)->Arg(10)->Arg(50)->Unit(benchmark::kMicrosecond);

/// The test makes the process larger for a while: its mappings are read again.
void clean_test_that_maps(benchmark::State& state) {
  const Furnished furnished(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    leakrig::testkit::LeakCheck check;
    void* page = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ::munmap(page, 4096);
    if (!check.leftovers().empty()) state.SkipWithError("it was not clean");
  }
}
BENCHMARK(clean_test_that_maps)->Arg(0)->Unit(benchmark::kMicrosecond);

/// The worst: the process's size changes at every test, and every reading is anew.
void reading_the_maps(benchmark::State& state) {
  const Furnished furnished(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    leakrig::testkit::detail::MapReader reader;
    benchmark::DoNotOptimize(reader.now());
  }
}
BENCHMARK(reading_the_maps)->Arg(0)->Arg(50)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
