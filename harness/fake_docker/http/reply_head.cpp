#include "harness/fake_docker/http/reply_head.h"

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
  } else if (reply.in_chunks) {
    text += "Transfer-Encoding: chunked\r\n";
  } else if (!is_bodiless(reply, is_head)) {
    text += "Content-Length: " + std::to_string(reply.text().size()) + "\r\n";
  }
  return text += "\r\n";
}

}  // namespace leakrig
