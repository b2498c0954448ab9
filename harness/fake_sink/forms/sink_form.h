#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/fake_sink/push_server.h"

namespace leakrig {

/// What a protocol makes of a request whose body has come whole: the answer, and a text for each log line
/// that it accepted, in which our marker can be found.
struct SinkReply {
  ServedAnswer answer;
  std::vector<std::string> lines;
};

/// One HTTP protocol of log sinks, as its clients expect it. Pure, and safe on any thread.
struct SinkForm {
  std::string_view kind;  ///< as in sink_kinds()
  /// The ledger's endpoint for a request's head, "POST /_bulk"; nothing for what the protocol does not know.
  std::optional<std::string> (*endpoint)(std::string_view method, std::string_view path);
  /// Answers a request that has an endpoint. Never throws.
  SinkReply (*reply)(const ServedRequest& request);
};

SinkForm loki_form();           ///< Grafana Loki: JSON, and protobuf with snappy
SinkForm elasticsearch_form();  ///< _bulk and single documents, and what beats and OpenSearch clients ask before
SinkForm otlp_form();           ///< OpenTelemetry's OTLP/HTTP: JSON and protobuf; traces and metrics are taken
SinkForm splunk_form();         ///< Splunk's HTTP Event Collector, with acknowledgements
SinkForm datadog_form();        ///< Datadog's log intake
SinkForm http_form();           ///< any POST or PUT

ServedAnswer text_answer(int status, const std::string& text);
ServedAnswer json_answer(int status, const nlohmann::json& body);
/// An answer without a body.
ServedAnswer bare_answer(int status);

/// Every string within a JSON value, a line each: where an envelope keeps the log line does not matter.
std::string texts_in(const nlohmann::json& value);
/// A body as JSON, without what is nested more than 64 deep; nothing if it is none.
std::optional<nlohmann::json> json_of(std::string_view body);
/// The JSON values that stand one behind another, with or without a newline between; nothing if one is none.
std::optional<std::vector<nlohmann::json>> json_sequence(std::string_view body);

}  // namespace leakrig
