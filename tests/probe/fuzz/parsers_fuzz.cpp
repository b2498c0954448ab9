// libFuzzer targets: one program a parser, chosen by LEAKRIG_FUZZ. A parser may refuse its input with Error,
// and nothing else; its own promises are checked where they can be.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "harness/core/error.h"
#include "harness/core/http_url.h"
#include "harness/probe/goroutine_profile.h"
#include "harness/probe/metrics_text.h"
#include "harness/probe/proc_text.h"
#include "harness/probe/socket_table.h"
#include "harness/probe/unix_diag.h"

namespace leakrig {
namespace {

void promise(bool kept) {
  if (!kept) std::abort();
}

[[maybe_unused]] void check(const GoroutineProfile& profile) {
  std::uint64_t sum = 0;
  std::size_t frames = 0;
  for (const auto& stack : profile.stacks) {
    sum += stack.count;
    frames += stack.frames.size();
    promise(!stack_label(stack).empty());
  }
  promise(sum == profile.total && frames <= kMaxFrames);
}

[[maybe_unused]] void goroutine_counts(std::string_view text) {
  check(parse_goroutine_counts(text));
}
[[maybe_unused]] void goroutine_stacks(std::string_view text) {
  check(parse_goroutine_stacks(text));
}
[[maybe_unused]] void goroutine_protobuf(std::string_view bytes) {
  check(parse_goroutine_protobuf(bytes));
}

[[maybe_unused]] void metrics_text(std::string_view text) {
  if (const auto selector = parse_metric_selector(text)) promise(!selector->name.empty());
  parse_metrics(text, [](const MetricSeries& series) { promise(!series.name.empty()); });
}

[[maybe_unused]] void proc_text(std::string_view text) {
  parse_stat(text);
  parse_statm_resident(text);
  parse_kilobytes(text, "Pss");
  socket_inode(text);
  promise(!fd_kind(text).empty() || text.empty());
  promise(collapse_numbers(text).find_first_of("0123456789") == std::string::npos);
  parse_http_url(text);
}

[[maybe_unused]] void socket_tables(std::string_view text) {
  SocketTable table;
  parse_net_unix(text, table);
  parse_net_inet(text, "tcp", table);
  std::unordered_map<std::uint64_t, std::uint64_t> peers;
  parse_unix_diag({reinterpret_cast<const std::byte*>(text.data()), text.size()}, table, peers);
}

}  // namespace
}  // namespace leakrig

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    leakrig::LEAKRIG_FUZZ({reinterpret_cast<const char*>(data), size});
  } catch (const leakrig::Error&) {
  }
  return 0;
}
