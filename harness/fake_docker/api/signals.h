#pragma once

#include <string_view>

namespace leakrig::api {

/// A number, or a name with or without SIG; `otherwise` for an empty text. Throws ApiError 400.
int parse_signal(std::string_view text, int otherwise);

}  // namespace leakrig::api
