#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leakrig {

/// An API version as in "/v1.41": the part after "1.".
using ApiMinor = int;

/// A request as handlers see it: parsed and checked, without the HTTP library.
struct Request {
  std::string method;
  std::string path;  ///< without the version prefix, not yet percent-decoded
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  std::string id;  ///< the {id} or {name} of the route, decoded; a reference, not yet looked up
  std::string body;
  ApiMinor api_minor = 0;
  bool keep_alive = true;
  bool chunked = true;  ///< the client understands chunks (HTTP/1.1)
  std::string upgrade;  ///< the Upgrade header, if any
  std::string web_socket_key;

  /// The first value of a parameter; empty if absent.
  std::string_view param(std::string_view name) const;
  bool has(std::string_view name) const;
  /// Docker's booleans: "", 0, no, false and none are false, anything else is true.
  bool flag(std::string_view name, bool otherwise = false) const;
};

/// A complete answer. Handlers that fail throw ApiError instead (errors.h).
struct Reply {
  int status = 200;
  std::string body;
  std::shared_ptr<const std::string> shared_body;  ///< instead of `body`, where many are answered the same
  std::string content_type = "application/json";   ///< none is sent with an empty one
  std::vector<std::pair<std::string, std::string>> headers;  ///< beyond those of every answer
  bool in_chunks = false;  ///< `body` is chunks already, with the last one; it says no length

  const std::string& text() const { return shared_body ? *shared_body : body; }
};

/// Decodes %XX, and '+' as a space in a query.
std::string percent_decode(std::string_view text, bool plus_is_space);
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view text);
const char* reason_phrase(int status);
/// The status line and headers that begin every answer ("Api-Version", "Server", ...), each line with its
/// CRLF and without the empty line at the end.
std::string answer_head(int status, ApiMinor server_minor);
/// The whole head of an answer without a known length: in chunks, or until the connection closes.
std::string stream_head(int status, ApiMinor server_minor, std::string_view content_type, bool chunked,
                        bool keep_alive);

}  // namespace leakrig
