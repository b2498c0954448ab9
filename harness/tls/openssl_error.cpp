#include "harness/tls/openssl_error.h"

#include <openssl/err.h>

namespace leakrig {

std::string openssl_reason() {
  const auto code = ERR_peek_last_error();
  const char* const reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason != nullptr ? reason : "unknown reason";
}

}  // namespace leakrig
