#pragma once

#include <nlohmann/json.hpp>

#include "harness/fake_docker/http/message.h"

namespace leakrig::api {

/// What handlers write: keys stay in the order of dockerd's structs. Bodies are read as nlohmann::json, whose
/// keys are found in logarithmic time.
using json = nlohmann::ordered_json;
/// Go's zero time, which dockerd writes where something has not happened.
inline constexpr const char* kNever = "0001-01-01T00:00:00Z";

/// `body` and a newline, as Go's encoder ends it. Bytes that are no UTF-8 are replaced.
Reply json_reply(const json& body, int status = 200);
/// What dockerd flushes as it comes about, so that no length is known ahead: progress, archives. Some clients take an
/// answer with a length for an error's. With a length all the same for a client that knows no chunks (HTTP/1.0).
Reply chunked_reply(const Request& request, std::string body, std::string content_type = "application/json");
/// No body, and no Content-Type.
Reply empty_reply(int status = 200);

}  // namespace leakrig::api
