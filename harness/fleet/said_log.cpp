#include "harness/fleet/said_log.h"

#include <algorithm>
#include <utility>

namespace leakrig {
namespace {

/// What a line costs beside its text.
constexpr std::size_t kLineBytes = 120;

}  // namespace

void SaidLog::add(int stream, std::string_view text, Nanos at, LogTimeline& timeline) {
  std::vector<SaidLine> made;
  auto& rest = unfinished_[stream == 2 ? 1 : 0];
  while (!text.empty()) {
    const auto newline = text.find('\n');
    const auto piece = text.substr(0, newline);
    const auto room = kLongestMessage - rest.size();
    if (piece.size() > room) {
      rest += piece.substr(0, room);
      made.push_back({0, stream, std::exchange(rest, {}), SaidLine::End::none});
      text.remove_prefix(room);
    } else {
      rest += piece;
      text.remove_prefix(piece.size());
      if (newline == std::string_view::npos) break;
      text.remove_prefix(1);
      made.push_back({0, stream, std::exchange(rest, {}), SaidLine::End::newline});
    }
  }
  keep(std::move(made), at, timeline);
}

void SaidLog::flush(Nanos at, LogTimeline& timeline) {
  std::vector<SaidLine> made;
  for (const int stream : {1, 2}) {
    auto& rest = unfinished_[stream - 1];
    if (!rest.empty()) made.push_back({0, stream, std::exchange(rest, {}), SaidLine::End::output});
  }
  keep(std::move(made), at, timeline);
}

void SaidLog::keep(std::vector<SaidLine> made, Nanos at, LogTimeline& timeline) {
  if (made.empty()) return;
  auto sequence = timeline.append(at, made.size());
  for (auto& line : made) {
    line.sequence = sequence++;
    bytes_ += line.text.size() + kLineBytes;
    lines_.push_back(std::move(line));
  }
  if (bytes_ > kMostBytes) shrink_to(kMostBytes, timeline);
}

void SaidLog::shrink_to(std::size_t bytes, LogTimeline& timeline) {
  while (bytes_ > bytes && lines_.size() > 1) {
    bytes_ -= lines_.front().text.size() + kLineBytes;
    lines_.pop_front();
  }
  timeline.forget_before(lines_.front().sequence);
}

const SaidLine* SaidLog::find(std::uint64_t sequence) const {
  const auto found = std::lower_bound(lines_.begin(), lines_.end(), sequence,
                                      [](const SaidLine& line, std::uint64_t wanted) { return line.sequence < wanted; });
  return found == lines_.end() || found->sequence != sequence ? nullptr : &*found;
}

}  // namespace leakrig
