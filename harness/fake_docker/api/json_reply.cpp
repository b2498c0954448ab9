#include "harness/fake_docker/api/json_reply.h"

namespace leakrig::api {

Reply json_reply(const json& body, int status) {
  Reply reply;
  reply.status = status;
  reply.body = body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  return reply;
}

Reply empty_reply(int status) {
  Reply reply;
  reply.status = status;
  reply.content_type.clear();
  return reply;
}

}  // namespace leakrig::api
