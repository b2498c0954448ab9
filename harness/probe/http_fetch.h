#pragma once

#include <memory>
#include <string>

#include "harness/core/clock.h"
#include "harness/core/http_url.h"

namespace leakrig {

struct FetchLimits {
  Nanos timeout = std::chrono::seconds{2};  ///< for the whole answer, however slowly it drips
  std::size_t bytes = std::size_t{64} << 20U;
};

/// What a GET brought: a body, or what was wrong in a sentence.
struct Fetched {
  bool ok = false;
  int status = 0;  ///< of HTTP; 0 where no answer came
  std::string body;
  std::string problem;
};

/// GETs one URL again and again over one connection that is kept open, so that the asking does not itself
/// make the subject open connections. Follows up to five redirects, never from
/// https:// to http://, and tells no other server the user and password. Bounded in time (for each
/// of them) and size, whatever the server does. One thread.
class HttpFetcher {
 public:
  explicit HttpFetcher(HttpUrl url, FetchLimits limits = {});
  ~HttpFetcher();
  HttpFetcher(HttpFetcher&&) noexcept;
  HttpFetcher& operator=(HttpFetcher&&) noexcept;

  /// The URL itself.
  Fetched get();
  /// Another path of the same server.
  Fetched get(const std::string& path);

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace leakrig
