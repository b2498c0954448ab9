#include "harness/fake_sink/forms/sink_form.h"

#include <nlohmann/json.hpp>

namespace leakrig {
namespace {

using nlohmann::json;

/// What is nested deeper is dropped: whoever walks a value does so on a thread's stack.
constexpr int kDeepest = 64;

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Where the JSON value at the front of `text` ends: behind its closing bracket, or at the next blank.
std::size_t end_of_value(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && (depth <= 1 || --depth == 0)) return i + 1;
    if (depth == 0 && is_blank(c)) return i;
  }
  return text.size();
}

void add_texts(const json& value, std::string& all) {
  if (value.is_string()) {
    all += value.get_ref<const std::string&>();
    all += '\n';
  } else if (value.is_structured()) {
    for (const auto& part : value) add_texts(part, all);
  }
}

}  // namespace

ServedAnswer text_answer(int status, const std::string& text) {
  ServedAnswer answer;
  answer.status = status;
  answer.content_type = "text/plain; charset=utf-8";
  answer.body = text + "\n";
  return answer;
}

ServedAnswer json_answer(int status, const json& body) {
  ServedAnswer answer;
  answer.status = status;
  answer.content_type = "application/json";
  answer.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return answer;
}

ServedAnswer bare_answer(int status) {
  ServedAnswer answer;
  answer.status = status;
  return answer;
}

std::string texts_in(const json& value) {
  std::string all;
  add_texts(value, all);
  return all;
}

std::optional<json> json_of(std::string_view body) {
  const auto keep = [](int depth, json::parse_event_t, json&) { return depth < kDeepest; };
  auto value = json::parse(body, keep, /*allow_exceptions=*/false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::optional<std::vector<json>> json_sequence(std::string_view body) {
  std::vector<json> values;
  while (true) {
    while (!body.empty() && is_blank(body.front())) body.remove_prefix(1);
    if (body.empty()) return values;
    const auto end = end_of_value(body);
    auto value = json_of(body.substr(0, end));
    if (!value) return std::nullopt;
    values.push_back(std::move(*value));
    body.remove_prefix(end);
  }
}

}  // namespace leakrig
