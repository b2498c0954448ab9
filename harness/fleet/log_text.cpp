#include "harness/fleet/log_text.h"

#include <algorithm>

#include "harness/core/log_marker.h"

namespace leakrig {
namespace {

constexpr std::string_view kFiller =
    " level=info msg=\"request served\" method=GET path=/api/v1/items status=200 took=12ms peer=10.0.3.17 "
    "trace=4f1d8a02 cache=hit bytes=5120 upstream=backend retries=0 user=anonymous agent=probe region=eu-1";

}  // namespace

void append_log_line(std::string& out, std::string_view container, std::uint64_t sequence, Nanos due_epoch,
                     std::size_t bytes) {
  const auto begin = out.size();
  out += format_log_marker({container, sequence, due_epoch});
  const auto wanted = begin + bytes - 1;
  while (out.size() < wanted) out.append(kFiller.substr(0, std::min(kFiller.size(), wanted - out.size())));
}

}  // namespace leakrig
