#include "harness/fake_sink/sink_listener.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/fake_sink/forward_sink.h"
#include "harness/fake_sink/http_sink.h"
#include "harness/fake_sink/line_sink.h"

namespace leakrig {
namespace {

const std::vector<SinkForm>& http_forms() {
  static const std::vector<SinkForm> kForms{loki_form(),   elasticsearch_form(), otlp_form(),
                                            splunk_form(), datadog_form(),       http_form()};
  return kForms;
}

}  // namespace

std::unique_ptr<SinkListener> listen_for(const std::string& kind, const ListenerOptions& options, SinkDesk desk) {
  for (const auto& form : http_forms()) {
    if (form.kind == kind) return std::make_unique<HttpSink>(form, options, desk);
  }
  if (kind == "fluentd") return std::make_unique<ForwardSink>(options, desk);
  if (kind == "syslog" || kind == "lines") return std::make_unique<LineSink>(options, desk);
  throw Error(fmt::format("there is no sink of kind {}", kind));
}

const char* sink_scheme(const std::string& kind) {
  return kind == "fluentd" || kind == "syslog" || kind == "lines" ? "tcp" : "http";
}

}  // namespace leakrig
