#pragma once

#include <string>

#include "harness/core/http_url.h"

namespace leakrig {

/// The address of a Go program's profiles, with its closing slash, of an address as scenarios have it:
/// "http://127.0.0.1:6060", with or without "/debug/pprof/...". Throws UsageError if it is no http:// URL.
HttpUrl profiles_url(const std::string& base);

}  // namespace leakrig
