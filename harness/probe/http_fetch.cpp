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
      : url_(std::move(url)), limits_(limits), client_(url_.host, url_.port) {
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
    const std::string here = fmt::format("http://{}:{}{}", url_.host, url_.port, path);
    if (redirects == kMostRedirects) {
      fetched.problem = fmt::format("{}: more than {} redirects", here, kMostRedirects);
      return fetched;
    }
    if (location.starts_with('/') && !location.starts_with("//")) return get(location, redirects + 1);
    const auto url = parse_http_url(location);
    if (!url) {
      fetched.problem =
          fmt::format("{}: it redirects to {}, which is no http:// URL", here, location.substr(0, 200));
      return fetched;
    }
    if (url->host == url_.host && url->port == url_.port) return get(url->path, redirects + 1);
    if (!elsewhere_ || elsewhere_->url_.host != url->host || elsewhere_->url_.port != url->port)
      elsewhere_ = std::make_unique<Connection>(*url, limits_);
    return elsewhere_->get(url->path, redirects + 1);
  }

 private:
  static constexpr int kMostRedirects = 5;

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
        fmt::format("http://{}:{}{}: {}", url_.host, url_.port, path,
                    too_long  ? fmt::format("more than {} MiB", limits_.bytes >> 20U)
                    : expired ? "no whole answer within " + humanize_duration(limits_.timeout)
                    : status != 0 && status != 200 ? fmt::format("it answers with status {}", status)
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
