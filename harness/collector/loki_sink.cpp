#include "harness/collector/loki_sink.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/collector/named_thread.h"

namespace leakrig {
namespace {

constexpr int kLongestPushWait = 10;  // times retry_wait

}  // namespace

std::string push_body(const std::vector<ShippedLine>& batch) {
  using Json = nlohmann::json;
  std::map<std::string, Json> values;
  for (const auto& line : batch) {
    values.try_emplace(line.container, Json::array())
        .first->second.push_back({std::to_string(line.epoch.count()), line.text});
  }
  auto streams = Json::array();
  for (auto& [container, lines] : values) {
    streams.push_back(
        {{"stream", {{"job", "leakrig"}, {"container", container}}}, {"values", std::move(lines)}});
  }
  // A line may hold anything; Loki wants UTF-8.
  return Json{{"streams", std::move(streams)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

LokiSink::LokiSink(const LokiConfig& config, const Endpoint& endpoint, GoRuntime& runtime)
    : config_(config), endpoint_(endpoint), runtime_(runtime), transport_(config.transport, runtime) {
  sender_ = named_thread("loki-send", [this](const std::stop_token& stop) { send_loop(stop); });
}

LokiSink::~LokiSink() {
  sender_.request_stop();
  sender_.join();
}

bool LokiSink::push(ShippedLine line, const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  if (!changed_.wait(lock, stop, [this] { return queue_.size() < kQueueLines; })) return false;
  if (queue_.empty()) batch_started_ = std::chrono::steady_clock::now();
  queue_.push_back(std::move(line));
  const auto enough = static_cast<std::size_t>(config_.batch_lines);
  if (queue_.size() == 1 || queue_.size() == enough) changed_.notify_all();
  return true;
}

void LokiSink::send_loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto batch = take_batch(stop);
    if (batch.empty()) continue;
    const auto body = push_body(batch);
    for (auto wait = config_.retry_wait; !send(body, stop);
         wait = std::min(wait * 2, config_.retry_wait * kLongestPushWait)) {
      if (!sleep_until(std::chrono::steady_clock::now() + wait, stop)) return;
    }
  }
}

std::vector<ShippedLine> LokiSink::take_batch(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  const auto enough = static_cast<std::size_t>(config_.batch_lines);
  if (!changed_.wait(lock, stop, [this] { return !queue_.empty(); })) return {};
  changed_.wait_until(lock, stop, batch_started_ + config_.batch_wait,
                      [&] { return queue_.size() >= enough; });
  if (stop.stop_requested()) return {};
  const auto size = static_cast<std::ptrdiff_t>(std::min(queue_.size(), enough));
  std::vector<ShippedLine> batch{std::make_move_iterator(queue_.begin()),
                                 std::make_move_iterator(queue_.begin() + size)};
  queue_.erase(queue_.begin(), queue_.begin() + size);
  batch_started_ = std::chrono::steady_clock::now();
  changed_.notify_all();
  return batch;
}

/// True when the batch is done with.
bool LokiSink::send(const std::string& body, const std::stop_token& stop) {
  const HttpRequest push{"POST", "/loki/api/v1/push", "application/json", body};
  // The defect loki_client_per_push: the connection stays idle in a transport that nobody uses again.
  auto trip = config_.client_per_push
                  ? GoTransport{config_.transport, runtime_}.round_trip(endpoint_, push, stop)
                  : transport_.round_trip(endpoint_, push, stop);
  if (!trip.response) return false;
  trip.response->read_all();
  constexpr auto kTooMany = 429;
  constexpr auto kServerError = 500;
  return trip.response->status() < kServerError && trip.response->status() != kTooMany;
}

}  // namespace leakrig
