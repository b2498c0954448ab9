// https://opentelemetry.io/docs/specs/otlp/#otlphttp and opentelemetry/proto/logs/v1/logs.proto.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <protozero/pbf_reader.hpp>

#include "harness/fake_sink/forms/sink_form.h"

namespace leakrig {
namespace {

using nlohmann::json;
using protozero::pbf_reader;

constexpr int kDeepestValue = 32;
constexpr const char* kProtobuf = "application/x-protobuf";

std::optional<std::string> otlp_endpoint(std::string_view method, std::string_view path) {
  if (method == "POST" && (path == "/v1/logs" || path == "/v1/traces" || path == "/v1/metrics"))
    return fmt::format("POST {}", path);
  return std::nullopt;
}

void add_value(pbf_reader value, int depth, std::string& texts);

// KeyValue: 1 the key, 2 the value.
void add_pair(pbf_reader pair, int depth, std::string& texts) {
  while (pair.next(2)) add_value(pair.get_message(), depth, texts);
}

// AnyValue: 1 a string, 5 an array (1 its values), 6 a list of pairs (1 its pairs), 7 bytes.
void add_value(pbf_reader value, int depth, std::string& texts) {
  if (depth > kDeepestValue) throw std::invalid_argument("nested too deep");
  while (value.next()) {
    if (value.tag() == 1 || value.tag() == 7) {
      const auto text = value.get_view();
      texts.append(text.data(), text.size());
      texts += '\n';
    } else if (value.tag() == 5) {
      for (auto array = value.get_message(); array.next(1);) add_value(array.get_message(), depth + 1, texts);
    } else if (value.tag() == 6) {
      for (auto list = value.get_message(); list.next(1);) add_pair(list.get_message(), depth + 1, texts);
    } else {
      value.skip();
    }
  }
}

// LogRecord: 5 the body, 6 the attributes.
std::string record_texts(pbf_reader record) {
  std::string texts;
  while (record.next()) {
    if (record.tag() == 5) {
      add_value(record.get_message(), 0, texts);
    } else if (record.tag() == 6) {
      add_pair(record.get_message(), 0, texts);
    } else {
      record.skip();
    }
  }
  return texts;
}

// ExportLogsServiceRequest: 1 resource logs, in which 2 are scope logs, in which 2 are the records.
std::optional<std::vector<std::string>> lines_of_protobuf(const std::string& body) {
  std::vector<std::string> lines;
  try {
    for (pbf_reader request{body}; request.next(1);) {
      for (auto resource = request.get_message(); resource.next(2);) {
        for (auto scope = resource.get_message(); scope.next(2);) lines.push_back(record_texts(scope.get_message()));
      }
    }
  } catch (const std::exception&) {
    return std::nullopt;
  }
  return lines;
}

/// The array of that name; an empty one where there is none.
const json& array_in(const json& object, const char* name) {
  static const json kNone = json::array();
  if (!object.is_object()) return kNone;
  const auto at = object.find(name);
  return at != object.end() && at->is_array() ? *at : kNone;
}

std::optional<std::vector<std::string>> lines_of_json(std::string_view body) {
  const auto request = json_of(body);
  if (!request || !request->is_object()) return std::nullopt;
  std::vector<std::string> lines;
  for (const auto& resource : array_in(*request, "resourceLogs")) {
    for (const auto& scope : array_in(resource, "scopeLogs")) {
      for (const auto& record : array_in(scope, "logRecords")) lines.push_back(texts_in(record));
    }
  }
  return lines;
}

SinkReply otlp_reply(const ServedRequest& request) {
  const bool binary = request.content_type == kProtobuf;
  if (!binary && request.content_type != "application/json")
    return {text_answer(415, "unsupported media type, supported: [application/json, application/x-protobuf]"), {}};
  SinkReply reply;
  if (request.path == "/v1/logs") {
    auto lines = binary ? lines_of_protobuf(request.body) : lines_of_json(request.body);
    // google.rpc.Status, 3 is INVALID_ARGUMENT.
    if (!lines) return {json_answer(400, {{"code", 3}, {"message", "the body cannot be parsed"}}), {}};
    reply.lines = std::move(*lines);
  }
  // The empty message is nothing in protobuf.
  reply.answer = binary ? bare_answer(200) : json_answer(200, {{"partialSuccess", json::object()}});
  if (binary) reply.answer.content_type = kProtobuf;
  return reply;
}

}  // namespace

SinkForm otlp_form() {
  return {"otlp", otlp_endpoint, otlp_reply};
}

}  // namespace leakrig
