#include "harness/fake_sink/http_sink.h"

#include <fmt/format.h>

namespace leakrig {

HttpSink::HttpSink(const SinkForm& form, const ListenerOptions& options, SinkDesk desk)
    : form_(form),
      max_body_bytes_(options.max_message_bytes),
      desk_(desk),
      server_(*this, options.host, options.port, options.max_message_bytes,
              [this](const ServedRequest& request) { return answer(request); }) {}

void HttpSink::request_opened(const ServedRequest& request) {
  auto endpoint = form_.endpoint(request.method, request.path);
  desk_.book.open_request(request.connection, {endpoint ? std::move(*endpoint) : request.method + " {unknown}",
                                          request.asks_to_close, request.user_agent});
}

std::optional<ServedAnswer> HttpSink::refusal(const ServedRequest& request) {
  const bool push = request.method == "POST" || request.method == "PUT";
  if (!push && !desk_.faults.is_away()) return std::nullopt;
  const auto passage = desk_.faults.pass();
  if (passage.outcome == FaultGate::Outcome::pass) return std::nullopt;
  auto refused = text_answer(passage.fault.status, "the sink's fault");
  refused.reset = passage.outcome == FaultGate::Outcome::reset;
  if (passage.fault.retry_after_s > 0)
    refused.headers.emplace_back("Retry-After", std::to_string(passage.fault.retry_after_s));
  return refused;
}

ServedAnswer HttpSink::answer(const ServedRequest& request) {
  using Body = ServedRequest::Body;
  if (!form_.endpoint(request.method, request.path)) return text_answer(404, "not found");
  if (request.state == Body::too_large) {
    auto refused = text_answer(413, fmt::format("the body is larger than {} bytes", max_body_bytes_));
    refused.close = true;
    return refused;
  }
  if (request.state == Body::no_room) {
    auto refused = text_answer(503, "the sink holds too many bodies of all its clients");
    refused.close = true;
    return refused;
  }
  if (request.state == Body::unknown_encoding)
    return text_answer(
        415, "the body's Content-Encoding is not known: gzip, deflate, zstd, snappy or none is taken");
  if (request.state == Body::unreadable)
    return text_answer(400, "the body could not be read: cut short or wrongly encoded");
  if (auto refused = refusal(request)) return std::move(*refused);
  std::optional<MessageRoom::Turn> turn;
  if (request.body.size() > MessageRoom::kLong) turn.emplace(server_.room());
  auto reply = form_.reply(request);
  desk_.book.take(request.connection, reply.lines);
  return std::move(reply.answer);
}

}  // namespace leakrig
