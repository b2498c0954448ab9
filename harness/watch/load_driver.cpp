#include "harness/watch/load_driver.h"

#include <signal.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "harness/core/error.h"
#include "harness/subject/ready_check.h"

namespace leakrig {
namespace {

constexpr std::chrono::milliseconds kLook{100};
/// From start to start, so that a command that ends at once does not storm.
constexpr std::chrono::milliseconds kShortest{200};
constexpr std::chrono::seconds kSummaryGrace{5};
constexpr std::uint64_t kLastLines = 2000;
constexpr int kFailuresOfNoUse = 5;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "1,234.5" as a number.
std::optional<double> number_of(std::string text) {
  std::erase(text, ',');
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  return value;
}

bool is_number_part(char c) {
  return is_digit(c) || c == '.' || c == ',';
}

std::optional<double> number_before(std::string_view text) {
  const auto end = text.find_last_not_of(" \t]");
  if (end == std::string_view::npos || !is_digit(text[end])) return std::nullopt;
  std::size_t begin = end;
  while (begin > 0 && is_number_part(text[begin - 1])) --begin;
  return number_of(std::string{text.substr(begin, end + 1 - begin)});
}

std::optional<double> number_after(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t:=.\"'");
  if (begin == std::string_view::npos || !is_digit(text[begin])) return std::nullopt;
  std::size_t end = begin;
  while (end < text.size() && is_number_part(text[end])) ++end;
  return number_of(std::string{text.substr(begin, end - begin)});
}

}  // namespace

std::optional<double> number_beside(std::string_view text, std::string_view word) {
  if (word.empty()) return std::nullopt;
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  std::size_t until = text.size();
  while (true) {
    const auto searched = text.substr(0, until);
    const auto found = std::find_end(searched.begin(), searched.end(), word.begin(), word.end(), same);
    if (found == searched.end()) return std::nullopt;
    const auto at = static_cast<std::size_t>(found - searched.begin());
    const auto line_begin = text.rfind('\n', at) == std::string_view::npos ? 0 : text.rfind('\n', at) + 1;
    const auto line_end = std::min(text.find('\n', at), text.size());
    const auto before = number_before(text.substr(line_begin, at - line_begin));
    const auto after = number_after(text.substr(at + word.size(), line_end - at - word.size()));
    if (after) return after;
    if (before) return before;
    if (at == 0) return std::nullopt;
    until = at + word.size() - 1;
  }
}

LoadDriver::LoadDriver(Options options) : options_(std::move(options)) {
  worker_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

LoadDriver::~LoadDriver() = default;

std::optional<double> LoadDriver::count() const {
  const std::lock_guard lock(mutex_);
  return report_.count;
}

std::optional<std::string> LoadDriver::useless() const {
  const std::lock_guard lock(mutex_);
  if (failed_at_once_ < kFailuresOfNoUse) return std::nullopt;
  return "the load \"" + options_.command + "\" does not run: " + report_.last_failure +
         (report_.last_lines.empty() ? "" : "\n" + report_.last_lines);
}

LoadReport LoadDriver::stop() {
  worker_.request_stop();
  if (worker_.joinable()) worker_.join();
  const std::lock_guard lock(mutex_);
  return report_;
}

void LoadDriver::work(const std::stop_token& stop) {
  const SystemClock clock;
  while (!stop.stop_requested()) {
    const Nanos began = clock.monotonic();
    std::string cannot;
    try {
      drive_once(stop);
    } catch (const Error& error) {
      cannot = error.what();
    }
    std::unique_lock lock(mutex_);
    if (!cannot.empty()) {
      report_.last_failure = cannot;
      failed_at_once_ = kFailuresOfNoUse;
    }
    report_.busy_s += to_seconds(clock.monotonic() - began);
    woken_.wait_for(lock, stop, began + kShortest - clock.monotonic(), [] { return false; });
  }
}

void LoadDriver::drive_once(const std::stop_token& stop) {
  SpawnOptions spawn;
  spawn.argv = {"/bin/sh", "-c", options_.command};
  spawn.env = options_.env;
  spawn.output = options_.output;
  std::error_code absent;
  const auto size = std::filesystem::file_size(options_.output, absent);
  output_from_ = absent ? 0 : size;
  const SystemClock clock;
  const Nanos began = clock.monotonic();
  ChildProcess child(spawn);
  while (!stop.stop_requested() && !child.wait(kLook)) look_for_count();
  const bool by_itself = child.poll().has_value();
  const auto status = child.stop(SIGINT, kSummaryGrace).status;
  look_for_count();
  const std::lock_guard lock(mutex_);
  of_earlier_ = report_.count.value_or(0);
  report_.last_lines = tail_of(options_.output, output_from_, kLastLines);
  if (!by_itself) return;
  ++report_.runs;
  const bool not_found = status.code == 126 || status.code == 127;
  if (status.clean()) {
    failed_at_once_ = 0;
    return;
  }
  ++report_.failed;
  report_.last_failure = status.describe();
  failed_at_once_ = clock.monotonic() - began < std::chrono::seconds{1} ? failed_at_once_ + 1 : 0;
  if (not_found) failed_at_once_ = kFailuresOfNoUse;
}

void LoadDriver::look_for_count() {
  if (options_.counted.empty()) return;
  const auto number = number_beside(tail_of(options_.output, output_from_, kLastLines), options_.counted);
  if (!number) return;
  const std::lock_guard lock(mutex_);
  report_.count = of_earlier_ + *number;
}

}  // namespace leakrig
