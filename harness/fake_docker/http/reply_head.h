#pragma once

#include <string>

#include "harness/fake_docker/http/message.h"

namespace leakrig {

/// 204 and 304 have no body and say no length, and HEAD has the headers only.
bool is_bodiless(const Reply& reply, bool is_head);
/// All that comes before the body of a complete answer.
std::string head_of(const Reply& reply, ApiMinor server_minor, bool is_head, bool keep_alive);

}  // namespace leakrig
