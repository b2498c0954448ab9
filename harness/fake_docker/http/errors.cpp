#include "harness/fake_docker/http/errors.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace leakrig {

Reply error_reply(int status, std::string_view message) {
  Reply reply;
  reply.status = status;
  // Requests can hold any bytes; the message quotes them.
  const nlohmann::json body{{"message", message}};
  reply.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  return reply;
}

namespace api_error {

ApiError page_not_found() {
  return {404, "page not found"};
}

ApiError no_such_container(std::string_view reference) {
  return {404, fmt::format("No such container: {}", reference)};
}

ApiError ambiguous_prefix(std::string_view prefix) {
  return {400, fmt::format("multiple IDs found with provided prefix: {}", prefix)};
}

ApiError not_running(std::string_view id) {
  return {409, fmt::format("container {} is not running", id)};
}

ApiError name_in_use(std::string_view name, std::string_view owner_id) {
  return {409, fmt::format(
                   "Conflict. The container name \"/{}\" is already in use by container \"{}\". You have to "
                   "remove (or rename) that container to be able to reuse that name.",
                   name, owner_id)};
}

ApiError client_too_old(int minor, int least) {
  return {400,
          fmt::format(
              "client version 1.{} is too old. Minimum supported API version is 1.{}, please upgrade your "
              "client to a newer version",
              minor, least)};
}

ApiError client_too_new(int minor, int most) {
  return {400,
          fmt::format("client version 1.{} is too new. Maximum supported API version is 1.{}", minor, most)};
}

ApiError bad_parameter(const std::string& message) {
  return {400, message};
}

}  // namespace api_error
}  // namespace leakrig
