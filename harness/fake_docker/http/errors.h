#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "harness/fake_docker/http/message.h"

namespace leakrig {

/// A request that dockerd answers with an error; caught where the handler was called, answered as {"message":
/// ...}.
class ApiError : public std::runtime_error {
 public:
  ApiError(int status, const std::string& message) : std::runtime_error(message), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

/// {"message":"..."}, as every error is answered.
Reply error_reply(int status, std::string_view message);

/// What clients are told, with 503, when answers that are not read take too much memory.
inline constexpr std::string_view kTooManyAnswers = "the daemon holds too many answers that are not read";

/// dockerd's own words, in one place.
namespace api_error {
ApiError page_not_found();
ApiError no_such_container(std::string_view reference);
ApiError ambiguous_prefix(std::string_view prefix);
ApiError not_running(std::string_view id);
/// A container's name that another has.
ApiError name_in_use(std::string_view name, std::string_view owner_id);
ApiError client_too_old(int minor, int least);
ApiError client_too_new(int minor, int most);
ApiError bad_parameter(const std::string& message);
}  // namespace api_error

}  // namespace leakrig
