#pragma once

#include <string>
#include <utility>
#include <vector>

namespace leakrig {

struct HttpRequest {
  std::string method = "GET";
  std::string path = "/";  ///< with its query, already encoded
  std::string content_type;
  std::string body;
};

/// What comes before an answer's body.
struct HttpHead {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  bool has_body = false;
  bool keep_alive = false;  ///< the connection can serve another request once the body has been read

  /// The first value of a header, names compared without case; empty if there is none.
  std::string header(const std::string& name) const;
};

}  // namespace leakrig
