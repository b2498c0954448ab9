#include "harness/probe/pprof_url.h"

#include <fmt/format.h>

#include "harness/core/error.h"

namespace leakrig {

HttpUrl profiles_url(const std::string& base) {
  auto url = parse_subject_url(base);
  if (!url) {
    throw UsageError(
        fmt::format("\"{}\" is no address of a Go program's pprof: http://HOST:PORT, https://HOST or "
                    "unix:///SOCKET is needed",
                    unreadable_address(base)));
  }
  add_login(*url, netrc_text());
  constexpr std::string_view kPprof = "/debug/pprof";
  const auto prefix = url->path.find(kPprof);
  url->path.resize(prefix == std::string::npos ? url->path.find_last_not_of("/?") + 1 : prefix);
  url->path.append(kPprof).append("/");
  return *url;
}

}  // namespace leakrig
