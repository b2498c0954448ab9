#include "harness/fake_docker/answers.h"

#include "harness/fake_docker/errors.h"

namespace leakrig {

bool is_bodiless(const Reply& reply, bool is_head) {
  return is_head || reply.status == 204 || reply.status == 304;
}

std::string head_of(const Reply& reply, ApiMinor server_minor, bool is_head, bool keep_alive) {
  auto text = answer_head(reply.status, server_minor);
  if (!reply.content_type.empty()) text += "Content-Type: " + reply.content_type + "\r\n";
  for (const auto& [name, value] : reply.headers) text += name + ": " + value + "\r\n";
  if (!keep_alive) text += "Connection: close\r\n";
  if (is_head) {
    text += "Content-Length: 0\r\n";
  } else if (!is_bodiless(reply, is_head)) {
    text += "Content-Length: " + std::to_string(reply.text().size()) + "\r\n";
  }
  return text += "\r\n";
}

Reply fault_reply(const FaultScript& script, const Request& request) {
  if (!script.message.empty()) return error_reply(script.status, script.message);
  if (script.status == 404) {
    const auto error = request.container.empty() ? api_error::page_not_found()
                                                 : api_error::no_such_container(request.container);
    return error_reply(404, error.what());
  }
  if (script.status == 409 && !request.container.empty())
    return error_reply(409, api_error::not_running(request.container).what());
  return error_reply(script.status, std::string{"leakrig fault: "} + reason_phrase(script.status));
}

}  // namespace leakrig
