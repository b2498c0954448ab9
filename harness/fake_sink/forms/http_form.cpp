#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <unordered_set>

#include "harness/core/text_fields.h"
#include "harness/fake_sink/forms/sink_form.h"

namespace leakrig {
namespace {

using nlohmann::json;

std::optional<std::string> http_endpoint(std::string_view method, std::string_view) {
  if (method == "POST" || method == "PUT" || method == "GET" || method == "HEAD")
    return fmt::format("{} {{any}}", method);
  return std::nullopt;
}

void add_strings(const json& value, std::unordered_set<std::string>& seen, std::vector<std::string>& lines) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (seen.insert(text).second) lines.push_back(text);
  } else if (value.is_structured()) {
    for (const auto& part : value) add_strings(part, seen, lines);
  }
}

/// An array has a record an element. Of another envelope nobody knows which string is the line: each is taken,
/// once a text, as some repeat the line ("message" and "event.original").
void add_json(const json& value, std::vector<std::string>& lines) {
  if (value.is_array()) {
    for (const auto& record : value) lines.push_back(texts_in(record));
    return;
  }
  std::unordered_set<std::string> seen;
  add_strings(value, seen, lines);
}

SinkReply http_reply(const ServedRequest& request) {
  if (request.method != "POST" && request.method != "PUT") return {text_answer(200, "ok"), {}};
  SinkReply reply;
  reply.answer = text_answer(200, "ok");
  if (const auto whole = json_of(request.body)) {
    add_json(*whole, reply.lines);
    return reply;
  }
  for (std::string_view body = request.body; !body.empty();) {
    const auto line = next_line(body);
    if (line.empty()) continue;
    const auto value = line.front() == '{' || line.front() == '[' ? json_of(line) : std::nullopt;
    reply.lines.push_back(value ? texts_in(*value) : std::string{line});
  }
  return reply;
}

}  // namespace

SinkForm http_form() {
  return {"http", http_endpoint, http_reply};
}

}  // namespace leakrig
