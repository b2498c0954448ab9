#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/core/error.h"
#include "harness/probe/goroutine_profile.h"
#include "harness/core/text_fields.h"

namespace leakrig {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw Error("not a whole goroutine profile: " + why);
}

/// What is refused, cut to what fits in a message.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 60)) out += c >= ' ' && c < 0x7f ? c : '?';
  return out + (text.size() > 60 ? "...\"" : "\"");
}

/// "net/http/transport.go:2450" into a frame's file and line.
bool set_position(std::string_view text, GoFrame& frame) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto line = whole_number<std::int64_t>(text.substr(colon + 1));
  if (!line) return false;
  frame.file = std::string{text.substr(0, colon)};
  frame.line = *line;
  return true;
}

/// "#\t0x65f012\tnet/http.(*connReader).backgroundRead+0x32\tnet/http/server.go:702", padded with tabs.
GoFrame counted_frame(std::string_view line) {
  const std::string_view whole = line;
  line.remove_prefix(1);
  const auto next_field = [&] {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of('\t')));
    const auto field = line.substr(0, line.find('\t'));
    line.remove_prefix(field.size());
    return field;
  };
  next_field();  // the address
  const auto function = next_field();
  GoFrame frame;
  frame.function = std::string{function.substr(0, function.rfind("+0x"))};
  if (frame.function.empty() || !set_position(next_field(), frame)) refuse("bad frame " + in_quotes(whole));
  return frame;
}

/// "net/http.(*conn).serve(0x17829212990, {...})" without its arguments, "main.f.func1(...)" too.
std::string without_arguments(std::string_view call) {
  if (!call.ends_with(')')) return std::string{call};
  int depth = 0;
  for (auto at = call.size(); at-- > 0;) {
    if (call[at] == ')') ++depth;
    if (call[at] == '(' && --depth == 0) return std::string{call.substr(0, at)};
  }
  return std::string{call};
}

/// The line under a call: "\tnet/http/server.go:2067 +0x690".
void read_position(std::string_view& text, GoFrame& frame) {
  auto line = next_line(text);
  if (!line.starts_with('\t')) refuse("no position under " + in_quotes(frame.function));
  line.remove_prefix(1);
  if (const auto offset = line.rfind(" +0x"); offset != std::string_view::npos) line = line.substr(0, offset);
  if (!set_position(line, frame)) refuse("bad position " + in_quotes(line));
}

bool is_elision(std::string_view line) {  // "...additional frames elided...", "...23 frames elided..."
  return line.starts_with("...") && line.find("elided") != std::string_view::npos;
}

/// Keeps a hostile profile from taking more memory than a real one ever would.
class FrameBudget {
 public:
  void take() {
    if (++taken_ > kMaxFrames) refuse(fmt::format("more than {} frames", kMaxFrames));
  }

 private:
  std::size_t taken_ = 0;
};

GoStack read_goroutine(std::string_view& text, FrameBudget& budget) {
  constexpr std::string_view kCreated = "created by ";
  GoStack stack;
  stack.count = 1;
  while (!text.empty()) {
    auto line = next_line(text);
    if (line.empty()) break;
    if (is_elision(line)) continue;
    GoFrame frame;
    const bool created = line.starts_with(kCreated);
    if (created) {
      line.remove_prefix(kCreated.size());
      line = line.substr(0, line.find(" in goroutine "));  // since Go 1.21
      frame.function = std::string{line};
    } else {
      frame.function = without_arguments(line);
    }
    if (line.starts_with('\t')) refuse("a position without a call: " + in_quotes(line));
    read_position(text, frame);
    budget.take();
    if (created) {
      stack.created_by = std::move(frame);
    } else {
      stack.frames.push_back(std::move(frame));
    }
  }
  return stack;
}

/// 5 of "goroutine 12 [IO wait, 5 minutes]:", which Go says from one minute on.
int waited_minutes(std::string_view title) {
  const auto end = title.find(" minutes");
  const auto begin = title.rfind(' ', end == std::string_view::npos ? end : end - 1);
  if (end == std::string_view::npos || begin == std::string_view::npos) return 0;
  return whole_number<int>(title.substr(begin + 1, end - begin - 1)).value_or(0);
}

}  // namespace

GoroutineProfile parse_goroutine_counts(std::string_view text) {
  const auto title = next_line(text);
  std::optional<std::uint64_t> total;
  for (const std::string_view name : {"goroutine profile: total ", "goroutineleak profile: total "}) {
    if (title.starts_with(name)) total = whole_number<std::uint64_t>(title.substr(name.size()));
  }
  if (!total) refuse("it begins with " + in_quotes(title));
  GoroutineProfile profile;
  FrameBudget budget;
  bool in_stack = false;
  while (!text.empty()) {
    const auto line = next_line(text);
    if (line.empty()) {
      in_stack = false;
    } else if (line.starts_with("#\t")) {
      if (!in_stack) refuse("a frame without a stack: " + in_quotes(line));
      budget.take();
      profile.stacks.back().frames.push_back(counted_frame(line));
    } else if (!line.starts_with('#')) {  // "# labels: {...}" is passed over
      const auto count = whole_number<std::uint64_t>(line.substr(0, line.find(" @")));
      if (!count || line.find(" @") == std::string_view::npos) refuse("bad stack " + in_quotes(line));
      budget.take();
      profile.stacks.push_back({*count, {}, {}, 0});
      profile.total += *count;
      in_stack = true;
    }
  }
  if (profile.total != *total) {
    refuse(fmt::format("it announces {} goroutines and holds {}", *total, profile.total));
  }
  return profile;
}

GoroutineProfile parse_goroutine_stacks(std::string_view text) {
  GoroutineProfile profile;
  FrameBudget budget;
  while (!text.empty()) {
    const auto title = next_line(text);
    if (title.empty()) continue;
    if (!title.starts_with("goroutine ") || !title.ends_with("]:"))
      refuse("bad goroutine " + in_quotes(title));
    profile.stacks.push_back(read_goroutine(text, budget));
    profile.stacks.back().waited_min = waited_minutes(title);
    if (profile.stacks.back().frames.empty()) refuse("a goroutine without a stack: " + in_quotes(title));
    ++profile.total;
  }
  if (profile.total == 0) refuse("it is empty");
  return profile;
}

}  // namespace leakrig
