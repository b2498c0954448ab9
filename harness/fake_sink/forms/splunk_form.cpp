// https://docs.splunk.com/Documentation/Splunk/latest/Data/HTTPEventCollector and "Troubleshoot HTTP Event Collector" for
// the codes.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/core/text_fields.h"
#include "harness/fake_sink/forms/sink_form.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr std::string_view kCollector = "/services/collector";

std::optional<std::string> splunk_endpoint(std::string_view method, std::string_view path) {
  if (!path.starts_with(kCollector)) return std::nullopt;
  const auto rest = path.substr(kCollector.size());
  const bool push = rest.empty() || rest == "/event" || rest == "/event/1.0" || rest == "/raw" ||
                    rest == "/raw/1.0" || rest == "/ack";
  const bool health = rest == "/health" || rest == "/health/1.0";
  if ((method == "POST" && push) || (method == "GET" && health)) return fmt::format("{} {}", method, path);
  return std::nullopt;
}

ServedAnswer splunk_answer(int status, const char* text, int code) {
  return json_answer(status, {{"text", text}, {"code", code}});
}

std::vector<std::string> raw_lines(std::string_view body) {
  std::vector<std::string> lines;
  while (!body.empty()) {
    if (const auto line = next_line(body); !line.empty()) lines.emplace_back(line);
  }
  return lines;
}

SinkReply event_reply(const ServedRequest& request) {
  const auto events = json_sequence(request.body);
  if (!events) return {splunk_answer(400, "Invalid data format", 6), {}};
  SinkReply reply;
  const auto refuse = [&](const char* text, int code, std::size_t number) {
    return SinkReply{json_answer(400, {{"text", text}, {"code", code}, {"invalid-event-number", number}}), {}};
  };
  for (const auto& event : *events) {
    if (!event.is_object()) return refuse("Invalid data format", 6, reply.lines.size());
    const auto content = event.find("event");
    if (content == event.end()) return refuse("Event field is required", 12, reply.lines.size());
    if (content->is_null() || *content == "") return refuse("Event field cannot be blank", 13, reply.lines.size());
    reply.lines.push_back(texts_in(*content));
  }
  reply.answer = splunk_answer(200, "Success", 0);
  return reply;
}

/// Whatever is asked for has been written.
ServedAnswer acknowledged(const ServedRequest& request) {
  const auto asked = json_of(request.body);
  json acks = json::object();
  if (asked && asked->is_object() && asked->contains("acks") && (*asked)["acks"].is_array()) {
    for (const auto& id : (*asked)["acks"]) acks[id.dump()] = true;
  }
  return json_answer(200, {{"acks", acks}});
}

SinkReply splunk_reply(const ServedRequest& request) {
  if (request.method == "GET") return {splunk_answer(200, "HEC is healthy", 17), {}};
  if (!request.has_authorization) return {splunk_answer(401, "Token is required", 2), {}};
  if (request.path.ends_with("/ack")) return {acknowledged(request), {}};
  if (request.body.empty()) return {splunk_answer(400, "No data", 5), {}};
  if (request.path.find("/raw") != std::string::npos)
    return {splunk_answer(200, "Success", 0), raw_lines(request.body)};
  return event_reply(request);
}

}  // namespace

SinkForm splunk_form() {
  return {"splunk", splunk_endpoint, splunk_reply};
}

}  // namespace leakrig
