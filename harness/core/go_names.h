#pragma once

#include <string_view>

namespace leakrig {

/// Whether a function is of Go's own library: its package's first element is one of the library's.
/// "net/http.(*conn).serve" is; "main.main" and "example.com/x.f" are not.
bool is_standard_library(std::string_view function);

}  // namespace leakrig
