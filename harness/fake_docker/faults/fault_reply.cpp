#include "harness/fake_docker/faults/fault_reply.h"

#include "harness/fake_docker/http/errors.h"

namespace leakrig {

Reply fault_reply(const FaultScript& script, const Request& request) {
  if (!script.message.empty()) return error_reply(script.status, script.message);
  if (script.status == 404) {
    const auto error = request.id.empty() ? api_error::page_not_found()
                                                 : api_error::no_such_container(request.id);
    return error_reply(404, error.what());
  }
  if (script.status == 409 && !request.id.empty())
    return error_reply(409, api_error::not_running(request.id).what());
  return error_reply(script.status, std::string{"leakrig fault: "} + reason_phrase(script.status));
}

}  // namespace leakrig
