#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "harness/core/run_record.h"
#include "harness/run/runner.h"
#include "harness/spec/load_scenario.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {

/// Keeps what it was told, in order.
class Told final : public RunObserver {
 public:
  void variant_started(const Variant& variant) override { note("started " + variant.name); }
  void sampled(const Variant&, const Sample& sample) override {
    const std::scoped_lock lock(mutex_);
    samples += sample.missed ? 0 : 1;
    if (stop_at_first) stop.request_stop();
  }
  void variant_ended(const Variant& variant, Outcome outcome, const std::string&) override {
    note("ended " + variant.name + ": " + to_string(outcome));
  }
  std::vector<std::string> lines;
  int samples = 0;
  bool stop_at_first = false;
  std::stop_source stop;

 private:
  void note(std::string line) {
    const std::scoped_lock lock(mutex_);
    lines.push_back(std::move(line));
  }
  std::mutex mutex_;
};

/// Of one command a variant, three scenario seconds at real time.
inline ScenarioSpec scenario(const std::string& subject, const std::string& variants) {
  return parse_scenario(
      R"({"name":"s","sampling":{"warmup":"1s","duration":"2s","resolution":"1s","every":"1s"},"subject":)" + subject +
          R"(,"variants":)" + variants + "}",
      "s.json");
}

class RunnerTest : public ::testing::Test {
 protected:
  RunRecord run(const ScenarioSpec& spec, const std::stop_token& stop = {}, unsigned jobs = 1) {
    run_scenario(spec, {out(), jobs, StopRule{}}, guardian_, told, stop);
    return load_run_record(out());
  }
  std::filesystem::path out() const { return directory_.path() / "run"; }
  Told told;

 private:
  TemporaryDirectory directory_;
  Guardian guardian_;
};

}  // namespace leakrig
