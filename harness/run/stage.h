#pragma once

#include <filesystem>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"
#include "harness/core/process.h"
#include "harness/fake_docker/fake_docker.h"
#include "harness/fake_sink/fake_sink.h"
#include "harness/probe/waiter.h"
#include "harness/run/runtime_directory.h"
#include "harness/run/subject_start.h"
#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// What one variant is run against: fake daemons of its own, their clock, and a private directory. They serve
/// from construction to destruction.
class Stage {
 public:
  /// All outlive this. Throws Error where a daemon cannot be started.
  Stage(const Variant& variant, LedgerSink& ledger, Guardian& guardian);

  const SystemClock& system() const { return system_; }
  const ScenarioClock& clock() const { return clock_; }
  FakeDocker& docker() { return docker_; }
  const FakeDocker& docker() const { return docker_; }
  FakeSink& sink() { return sink_; }

  /// What was delivered of `written`, looked at `every` so often and at most for `patience` (wall time) while lines are
  /// on their way. A subject that has not delivered a line yet is not waited for.
  Delivery settled_delivery(const std::map<std::string, SequenceRange>& written, Nanos patience, Nanos every,
                            EventWaiter& waiter);

  /// Where the subject finds them.
  SubjectSurroundings surroundings(const Variant& variant, const std::filesystem::path& run_directory) const;

 private:
  std::filesystem::path socket() const { return runtime_.path() / "docker.sock"; }
  FakeDockerOptions docker_options(const Variant& variant) const;

  RuntimeDirectory runtime_;
  SystemClock system_;
  ScenarioClock clock_;
  FakeDocker docker_;
  FakeSink sink_;
};

}  // namespace leakrig
