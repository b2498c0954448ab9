#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leakrig {

/// A line of a Go stack.
struct GoFrame {
  std::string function;  ///< with its package: "net/http.(*persistConn).readLoop"
  std::string file;      ///< as compiled in: "example.com/collector/main.go", or an absolute path
  std::int64_t line = 0;
};

/// Goroutines that stand at the same place.
struct GoStack {
  std::uint64_t count = 0;
  std::vector<GoFrame> frames;  ///< the innermost first; the last is what the goroutine was started with
  GoFrame created_by;           ///< the go statement; its function is empty where the form does not tell
  int waited_min = 0;  ///< how long it has been blocked, whole minutes; 0 where the form does not tell
};

/// What /debug/pprof/goroutine answers, in any of its forms. `total` is the sum of the counts.
struct GoroutineProfile {
  std::uint64_t total = 0;
  std::vector<GoStack> stacks;
};

/// The parsers are pure and take any input: they throw Error saying what is wrong with it. They want the
/// whole profile: one that ends early is refused, as its counts would look like a fall, and so is one of more
/// than kMaxFrames.
inline constexpr std::size_t kMaxFrames = 1'000'000;

/// ?debug=1: stacks with counts. Also of /debug/pprof/goroutineleak, which has the same form.
GoroutineProfile parse_goroutine_counts(std::string_view text);
/// ?debug=2: each goroutine by itself, with what created it.
GoroutineProfile parse_goroutine_stacks(std::string_view text);
/// No debug parameter: profile.proto, compressed by gzip or not.
GoroutineProfile parse_goroutine_protobuf(std::string_view bytes);

/// Whether a frame is of the subject's own code: neither of Go's library nor of a module that it uses.
bool is_own_code(const GoFrame& frame);

/// What a stack is grouped by: the innermost frame of the subject's own code; where there is none, of a
/// module that it uses; where there is none, what the goroutine was started with; with its file as compiled
/// in. Then the go statement, where the form tells it, its file without folders.
/// "main.(*monitor).read (/src/app/main.go:27)", "net/http.(*persistConn).readLoop
/// (net/http/transport.go:2450), created by net/http.(*Transport).dialConn (transport.go:1944)".
std::string stack_label(const GoStack& stack);

}  // namespace leakrig
