#include "harness/probe/http_fetch.h"

#include <fmt/format.h>
#include <httplib.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "harness/core/units.h"

namespace leakrig {
namespace {

/// Breaks a request off when its time is over: httplib's own time-outs begin anew with every byte.
class Watchdog {
 public:
  Watchdog(httplib::Client& client, Nanos timeout)
      : thread_([this, &client, timeout](const std::stop_token& stop) { watch(client, timeout, stop); }) {}

  /// Ends the watch; whether the request was broken off.
  bool expired() {
    thread_.request_stop();
    thread_.join();
    return expired_;
  }

 private:
  void watch(httplib::Client& client, Nanos timeout, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    std::condition_variable_any changed;
    if (changed.wait_for(lock, stop, timeout, [&] { return stop.stop_requested(); })) return;
    expired_ = true;
    do {
      client.stop();  // more than once: the request may be between two connections
    } while (
        !changed.wait_for(lock, stop, std::chrono::milliseconds{20}, [&] { return stop.stop_requested(); }));
  }

  std::mutex mutex_;
  bool expired_ = false;
  std::jthread thread_;
};

}  // namespace

class HttpFetcher::Connection {
 public:
  Connection(HttpUrl url, FetchLimits limits)
      : url_(std::move(url)), limits_(limits), client_(client_of(url_)) {
    if (!url_.socket.empty()) {
      client_.set_address_family(AF_UNIX);
      client_.set_default_headers({{"Host", "localhost"}});
    }
    if (!url_.user.empty()) client_.set_basic_auth(url_.user, url_.password);
    client_.set_keep_alive(true);
    client_.set_follow_location(false);
    client_.set_connection_timeout(limits_.timeout);
    client_.set_read_timeout(limits_.timeout);
    client_.set_write_timeout(limits_.timeout);
  }

  const std::string& path() const { return url_.path; }

  /// Follows redirects, each within the time of its own; the server that one leads to keeps its connection.
  Fetched get(const std::string& path, int redirects = 0) {
    std::string location;
    Fetched fetched = get_here(path, location);
    if (fetched.ok || location.empty()) return fetched;
    const std::string here = url_.shown(path);
    if (redirects == kMostRedirects) {
      fetched.problem = fmt::format("{}: more than {} redirects", here, kMostRedirects);
      return fetched;
    }
    if (location.starts_with('/') && !location.starts_with("//")) return get(location, redirects + 1);
    const auto url = parse_subject_url(location);
    if (!url || !url->socket.empty()) {
      fetched.problem = fmt::format("{}: it redirects to {}, which is no http:// or https:// URL", here,
                                    location.substr(0, 200));
      return fetched;
    }
    if (url_.tls && !url->tls) {
      fetched.problem = fmt::format("{}: it redirects from https:// to {}", here, location.substr(0, 200));
      return fetched;
    }
    const auto same_server = [&](const HttpUrl& other) {
      return other.host == url->host && other.port == url->port && other.tls == url->tls;
    };
    if (same_server(url_)) return get(url->path, redirects + 1);
    // Another server is not told the user and password.
    if (!elsewhere_ || !same_server(elsewhere_->url_))
      elsewhere_ = std::make_unique<Connection>(*url, limits_);
    return elsewhere_->get(url->path, redirects + 1);
  }

 private:
  static constexpr int kMostRedirects = 5;

  /// With a scheme in it httplib chooses TLS; a socket's path is the address of its family.
  static httplib::Client client_of(const HttpUrl& url) {
    if (!url.socket.empty()) return httplib::Client{url.socket};
    return url.tls ? httplib::Client{url.shown("")} : httplib::Client{url.host, url.port};
  }

  /// `location`: where a redirect leads; empty if the answer is none.
  Fetched get_here(const std::string& path, std::string& location) {
    Fetched fetched;
    bool too_long = false;
    Watchdog watchdog{client_, limits_.timeout};
    const auto answer = client_.Get(
        path, httplib::Headers{},
        [&](const httplib::Response& response) {
          fetched.status = response.status;
          if (response.status / 100 == 3) location = response.get_header_value("Location");
          return fetched.status == 200;
        },
        [&](const char* data, std::size_t size) {
          too_long = size > limits_.bytes - fetched.body.size();
          if (!too_long) fetched.body.append(data, size);
          return !too_long;
        });
    const bool expired = watchdog.expired();
    const int status = fetched.status;
    fetched.ok = answer && status == 200 && !too_long && !expired;
    if (fetched.ok) return fetched;
    fetched.body.clear();
    fetched.problem =
        fmt::format("{}: {}", url_.shown(path),
                    too_long  ? fmt::format("more than {} MiB", limits_.bytes >> 20U)
                    : expired ? "no whole answer within " + humanize_duration(limits_.timeout)
                    : status == 401 && url_.user.empty()
                        ? "it wants a user and password (status 401): http://USER:PASSWORD@HOST, or a netrc"
                    : status != 0 && status != 200 ? fmt::format("it answers with status {}", status)
                    : answer.error() == httplib::Error::SSLServerVerification
                        ? "its certificate is not trusted here; name the authority's with SSL_CERT_FILE"
                        : httplib::to_string(answer.error()));
    return fetched;
  }

  HttpUrl url_;
  FetchLimits limits_;
  httplib::Client client_;
  std::unique_ptr<Connection> elsewhere_;  ///< of the last redirect to another server
};

HttpFetcher::HttpFetcher(HttpUrl url, FetchLimits limits)
    : connection_(std::make_unique<Connection>(std::move(url), limits)) {}
HttpFetcher::~HttpFetcher() = default;
HttpFetcher::HttpFetcher(HttpFetcher&&) noexcept = default;
HttpFetcher& HttpFetcher::operator=(HttpFetcher&&) noexcept = default;

Fetched HttpFetcher::get() {
  return connection_->get(connection_->path());
}

Fetched HttpFetcher::get(const std::string& path) {
  return connection_->get(path);
}

}  // namespace leakrig
