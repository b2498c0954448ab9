// https://docs.datadoghq.com/api/latest/logs/#send-logs
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/fake_sink/forms/sink_form.h"

namespace leakrig {
namespace {

using nlohmann::json;

bool is_logs(std::string_view path) {
  return path == "/api/v2/logs" || path == "/v1/input" || path.starts_with("/v1/input/");
}

std::optional<std::string> datadog_endpoint(std::string_view method, std::string_view path) {
  if (method == "GET" && path == "/api/v1/validate") return "GET /api/v1/validate";
  if (method != "POST") return std::nullopt;
  if (path == "/api/v2/logs") return "POST /api/v2/logs";
  if (is_logs(path)) return "POST /v1/input";  // the key may stand behind it
  // What an agent sends besides logs: metrics, checks, meta data.
  if (path.starts_with("/api/") || path.starts_with("/intake")) return "POST /api/{other}";
  return std::nullopt;
}

SinkReply datadog_reply(const ServedRequest& request) {
  if (request.method == "GET") return {json_answer(200, {{"valid", true}}), {}};
  if (!is_logs(request.path)) return {json_answer(202, {{"status", "ok"}}), {}};
  SinkReply reply;
  reply.answer = json_answer(request.path == "/api/v2/logs" ? 202 : 200, json::object());
  if (request.content_type == "text/plain" || request.content_type == "application/logplex-1") {
    reply.lines.push_back(request.body);
    return reply;
  }
  const auto body = json_of(request.body);
  if (!body || !body->is_structured()) {
    const json error{{"status", "400"}, {"title", "Bad Request"}, {"detail", "Decoding JSON failed"}};
    return {json_answer(400, {{"errors", json::array({error})}}), {}};
  }
  if (body->is_object()) {
    reply.lines.push_back(texts_in(*body));
  } else {
    for (const auto& record : *body) reply.lines.push_back(texts_in(record));
  }
  return reply;
}

}  // namespace

SinkForm datadog_form() {
  return {"datadog", datadog_endpoint, datadog_reply};
}

}  // namespace leakrig
