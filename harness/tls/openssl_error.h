#pragma once

#include <string>

namespace leakrig {

/// What OpenSSL says of this thread's last failure ("no start line"), its error queue emptied.
std::string openssl_reason();

}  // namespace leakrig
