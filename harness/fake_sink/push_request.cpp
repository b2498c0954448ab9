#include "harness/fake_sink/push_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace leakrig {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxTimestampDigits = 19;  // of an int64 of nanoseconds

bool is_timestamp(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return !text.empty() && text.size() <= kMaxTimestampDigits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string> check_labels(const Json& stream, std::size_t index) {
  if (!stream.is_object()) return fmt::format("streams[{}]: not an object", index);
  const auto labels = stream.find("stream");
  if (labels == stream.end() || !labels->is_object()) {
    return fmt::format("streams[{}].stream: must be an object of labels", index);
  }
  if (labels->empty()) return "error at least one label pair is required per stream";
  for (const auto& [name, value] : labels->items()) {
    if (!value.is_string()) return fmt::format("streams[{}].stream.{}: must be a string", index, name);
  }
  return std::nullopt;
}

std::optional<std::string> check_value(const Json& value) {
  if (!value.is_array() || value.size() < 2 || value.size() > 3)
    return "must be [\"<nanoseconds>\", \"line\"]";
  if (!is_timestamp(value[0])) return "the time stamp must be a string of nanoseconds";
  if (!value[1].is_string()) return "the line must be a string";
  if (value.size() == 3 && !value[2].is_object()) return "metadata must be an object";
  return std::nullopt;
}

}  // namespace

std::variant<PushedLines, PushRefused> parse_push_request(std::string_view body) {
  const auto document = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return PushRefused{"not JSON"};
  if (!document.is_object() || !document.contains("streams") || !document["streams"].is_array()) {
    return PushRefused{"\"streams\" must be an array"};
  }
  PushedLines pushed;
  const auto& streams = document["streams"];
  for (std::size_t s = 0; s < streams.size(); ++s) {
    if (auto wrong = check_labels(streams[s], s)) return PushRefused{*wrong};
    const auto values = streams[s].find("values");
    if (values == streams[s].end() || !values->is_array()) {
      return PushRefused{fmt::format("streams[{}].values: must be an array", s)};
    }
    for (std::size_t v = 0; v < values->size(); ++v) {
      const auto& value = (*values)[v];
      if (auto wrong = check_value(value))
        return PushRefused{fmt::format("streams[{}].values[{}]: {}", s, v, *wrong)};
      pushed.lines.push_back(value[1].get<std::string>());
    }
  }
  return pushed;
}

}  // namespace leakrig
