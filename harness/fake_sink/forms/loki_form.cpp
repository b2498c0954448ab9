// https://grafana.com/docs/loki/latest/reference/loki-http-api/ and pkg/push/push.proto of Loki's source.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <protozero/pbf_reader.hpp>

#include "harness/core/content_coding.h"
#include "harness/fake_sink/forms/sink_form.h"
#include "harness/fake_sink/push_request.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostProtobuf = std::size_t{64} << 20U;

std::optional<std::string> loki_endpoint(std::string_view method, std::string_view path) {
  const bool get = method == "GET" || method == "HEAD";
  if ((get && (path == "/ready" || path == "/loki/api/v1/status/buildinfo")) ||
      (method == "POST" && (path == "/loki/api/v1/push" || path == "/api/prom/push")))
    return fmt::format("{} {}", method, path);
  return std::nullopt;
}

// EntryAdapter: 1 the time stamp, 2 the line.
void add_entry(protozero::pbf_reader entry, PushedLines& pushed) {
  while (entry.next(2)) pushed.lines.push_back(entry.get_string());
}

// StreamAdapter: 1 the labels, 2 the entries.
void add_stream(protozero::pbf_reader stream, PushedLines& pushed) {
  bool labelled = false;
  while (stream.next()) {
    if (stream.tag() == 1) {
      labelled = stream.get_view().size() > 2;  // "{}" has none
    } else if (stream.tag() == 2) {
      add_entry(stream.get_message(), pushed);
    } else {
      stream.skip();
    }
  }
  if (!labelled) throw std::invalid_argument("error at least one label pair is required per stream");
}

// PushRequest: 1 the streams.
std::variant<PushedLines, PushRefused> parse_push_protobuf(const std::string& body) {
  PushedLines pushed;
  try {
    protozero::pbf_reader push{body};
    while (push.next()) {
      if (push.tag() == 1) {
        add_stream(push.get_message(), pushed);
      } else {
        push.skip();
      }
    }
  } catch (const std::invalid_argument& refused) {
    return PushRefused{refused.what()};
  } catch (const std::exception&) {
    return PushRefused{"not a push request in protobuf"};
  }
  return pushed;
}

std::variant<PushedLines, PushRefused> parse_push(const ServedRequest& request) {
  if (request.content_type != "application/x-protobuf") return parse_push_request(request.body);
  if (request.coding == "snappy") return parse_push_protobuf(request.body);
  // Loki's own clients compress with snappy and say nothing of it.
  const auto plain = decoded_body("snappy", request.body, kMostProtobuf);
  if (const auto* body = std::get_if<std::string>(&plain)) return parse_push_protobuf(*body);
  return PushRefused{"snappy: corrupt input"};
}

SinkReply loki_reply(const ServedRequest& request) {
  if (request.method != "POST") {
    if (request.path == "/ready") return {text_answer(200, "ready"), {}};
    return {json_answer(200, {{"version", "3.0.0"}, {"revision", ""}, {"branch", ""}, {"goVersion", ""}}), {}};
  }
  auto parsed = parse_push(request);
  if (const auto* refused = std::get_if<PushRefused>(&parsed)) return {text_answer(400, refused->reason), {}};
  return {bare_answer(204), std::move(std::get<PushedLines>(parsed).lines)};
}

}  // namespace

SinkForm loki_form() {
  return {"loki", loki_endpoint, loki_reply};
}

}  // namespace leakrig
