#pragma once

#include <string>

#include "harness/fake_docker/http/message.h"

namespace leakrig::api {

/// What logs, attach and exec call their bytes: streams told apart by frames from API 1.42 on, where there is no
/// TTY.
std::string stream_content_type(bool is_framed, ApiMinor api_minor);
/// `bytes` as one message of stream 1 (stdout) or 2 (stderr), or as they are.
std::string framed(int stream, std::string bytes, bool is_framed);

}  // namespace leakrig::api
