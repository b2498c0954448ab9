#include "harness/run/launch.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace leakrig {

Launch launch_subject(const SubjectSpec& subject, const SubjectSurroundings& around, Guardian& guardian,
                      std::stop_token stop) {
  Launch launch;
  launch.prepared = prepare_subject(subject, around);
  StartResult started = start_subject(launch.prepared, around, guardian, std::move(stop));
  if (const auto* never = std::get_if<NeverReady>(&started)) {
    launch.outcome = Outcome::never_ready;
    launch.detail = never->output_tail.empty()
                        ? never->reason
                        : fmt::format("{}; it wrote: {}", never->reason, never->output_tail);
  } else if (const auto* died = std::get_if<DiedEarly>(&started)) {
    launch.outcome = Outcome::died;
    launch.detail =
        fmt::format("ended with {} before it was ready: {}", died->status.describe(), died->output_tail);
  } else if (std::holds_alternative<StartInterrupted>(started)) {
    launch.outcome = Outcome::interrupted;
    launch.detail = "stopped before the subject was ready";
  } else {
    launch.subject = std::move(std::get<std::unique_ptr<Subject>>(started));
  }
  return launch;
}

std::string how_it_died(Subject& subject, const std::string& log) {
  const auto status = subject.poll();
  return fmt::format("the subject ended by itself{}; its output is in {}",
                     status ? " with " + status->describe() : "", log);
}

}  // namespace leakrig
