#include "harness/fake_docker/api/json_reply.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace leakrig::api {

Reply json_reply(const json& body, int status) {
  Reply reply;
  reply.status = status;
  reply.body = body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  return reply;
}

Reply chunked_reply(const Request& request, std::string body, std::string content_type) {
  Reply reply;
  reply.content_type = std::move(content_type);
  reply.in_chunks = request.chunked;
  if (!reply.in_chunks) {
    reply.body = std::move(body);
    return reply;
  }
  constexpr std::size_t kChunk = 32 * 1024;
  reply.body.reserve(body.size() + body.size() / kChunk * 16 + 32);
  for (std::size_t at = 0; at < body.size(); at += kChunk) {
    const auto piece = std::string_view{body}.substr(at, kChunk);
    fmt::format_to(std::back_inserter(reply.body), "{:x}\r\n{}\r\n", piece.size(), piece);
  }
  reply.body += "0\r\n\r\n";
  return reply;
}

Reply empty_reply(int status) {
  Reply reply;
  reply.status = status;
  reply.content_type.clear();
  return reply;
}

}  // namespace leakrig::api
