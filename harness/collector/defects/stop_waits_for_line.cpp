#include <atomic>
#include <list>

#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"
#include "harness/collector/docker_pool.h"

namespace leakrig {
namespace {

/// Follows one container's log until it is told to stop.
class Tailer {
 public:
  Tailer(DockerPool& pool, bool planted)
      : stops_at_line_(planted), thread_(named_thread("tailer", [this, &pool](const std::stop_token& stop) {
          // The request's own cancellation belongs to the clean twin alone.
          tail(pool.next(), stops_at_line_ ? std::stop_token{} : stop);
        })) {}
  /// Returns at once; a tailer that waits for a line has not ended by then.
  void stop() {
    stopping_ = true;
    if (!stops_at_line_) thread_.request_stop();
  }

 private:
  void tail(DockerClient& client, const std::stop_token& stop) {
    const auto container = first_running(client, stop);
    if (!container) return;
    auto opened = client.logs({.id = container->id, .since = SystemClock{}.wall()}, stop);
    auto* stream = std::get_if<LogStream>(&opened);
    if (stream == nullptr) return;
    LogLine line;
    // The flag is looked at after each line: in a quiet container there is none.
    while (!stopping_ && stream->next(line) == BodyRead::data) {
    }
    stream->close();
  }

  const bool stops_at_line_;
  std::atomic<bool> stopping_{false};
  std::jthread thread_;
};

/// Replaces its tailer every so often, as a program does whose configuration is loaded anew.
class Tailers final : public Activity {
 public:
  explicit Tailers(const ActivityContext& context)
      : pool_(context.pool),
        planted_(context.planted),
        periodic_("tailers", context.every, [this](const std::stop_token&) { replace(); }) {}

 private:
  void replace() {
    if (!tailers_.empty()) tailers_.back().stop();
    if (!planted_) tailers_.clear();
    tailers_.emplace_back(pool_, planted_);
  }

  DockerPool& pool_;
  const bool planted_;
  std::list<Tailer> tailers_;  // the periodic thread's
  Periodic periodic_;
};

}  // namespace

constinit const Defect kStopWaitsForLine{
    .name = "stop_waits_for_line",
    .mechanism =
        "stops a tailer by a flag that is looked at after the next line, which a quiet container never "
        "writes",
    .seen_in = "datadog-agent#1449, moby#37182, podman#14984",
    .grows = "threads, sockets, fds",
    .pointer = "/defects/stop_waits_for_line/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<Tailers>(context);
    }};

}  // namespace leakrig
