#include "harness/subject/ready_check.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <charconv>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/http_url.h"

namespace leakrig {
namespace {

constexpr std::chrono::milliseconds kRetry{25};
constexpr std::chrono::seconds kHttpTimeout{5};

class AlwaysReady final : public ReadyWatch {
 public:
  bool ready() override { return true; }
};

/// Reads what the output gains, and keeps so much of it that a match may lie across two readings.
class LineWatch final : public ReadyWatch {
 public:
  LineWatch(std::string text, std::filesystem::path output)
      : text_(std::move(text)), output_(std::move(output)) {
    std::error_code absent;
    const auto size = std::filesystem::file_size(output_, absent);
    offset_ = absent ? 0 : size;
  }

  bool ready() override {
    std::ifstream file{output_, std::ios::binary};
    file.seekg(static_cast<std::streamoff>(offset_));
    std::string chunk(std::size_t{1} << 20U, '\0');
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    chunk.resize(static_cast<std::size_t>(file.gcount()));
    offset_ += chunk.size();
    chunk.insert(0, kept_);
    if (chunk.find(text_) != std::string::npos) return true;
    kept_ = chunk.substr(chunk.size() - std::min(chunk.size(), text_.size() - 1));
    return false;
  }

 private:
  std::string text_;
  std::filesystem::path output_;
  std::uint64_t offset_ = 0;
  std::string kept_;
};

/// Loopback answers at once, so a blocking connect is short.
class PortWatch final : public ReadyWatch {
 public:
  explicit PortWatch(std::uint16_t port) : port_(port) {
    if (ready()) {
      throw Error(
          fmt::format("port {} of 127.0.0.1 already accepts connections, so it cannot tell when the subject "
                      "is ready: stop what listens there, or choose another port",
                      port));
    }
  }

  bool ready() override {
    const UniqueFd connection{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return true;
    if (errno != EINPROGRESS) return false;
    pollfd waiting{connection.get(), POLLOUT, 0};
    int failure = 0;
    socklen_t length = sizeof failure;
    return ::poll(&waiting, 1, static_cast<int>(kRetry.count())) > 0 &&
           ::getsockopt(connection.get(), SOL_SOCKET, SO_ERROR, &failure, &length) == 0 && failure == 0;
  }

 private:
  std::uint16_t port_;
};

/// Asks in a thread of its own, as a server may accept long before it answers.
class HttpWatch final : public ReadyWatch {
 public:
  explicit HttpWatch(const std::string& url) {
    const auto parts = parse_http_url(url);
    if (!parts) {
      throw Error(fmt::format(
          "cannot ask \"{}\" whether the subject is ready: an http://HOST:PORT/PATH is needed", url));
    }
    client_ = std::make_unique<httplib::Client>(parts->host, parts->port);
    path_ = parts->path;
    client_->set_connection_timeout(kHttpTimeout);
    client_->set_read_timeout(kHttpTimeout);
    if (ask()) {
      throw Error(
          fmt::format("{} already answers, so it cannot tell when the subject is ready: stop what listens "
                      "there, or choose another port",
                      url));
    }
    asking_ = std::jthread{[this](std::stop_token stop) { keep_asking(stop); }};
  }

  ~HttpWatch() override {
    asking_.request_stop();
    std::unique_lock lock{mutex_};
    // A request may begin just after it was stopped, hence more than once.
    while (!changed_.wait_for(lock, kRetry, [this] { return done_; })) client_->stop();
  }

  bool ready() override { return ready_; }

 private:
  bool ask() {
    const auto answer = client_->Get(path_, [](const char*, std::size_t) { return true; });
    return answer && answer->status >= 200 && answer->status < 300;
  }

  void keep_asking(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (ask()) {
        ready_ = true;
        break;
      }
      std::unique_lock lock{mutex_};
      changed_.wait_for(lock, stop, kRetry, [] { return false; });
    }
    const std::lock_guard lock{mutex_};
    done_ = true;
    changed_.notify_all();
  }

  std::unique_ptr<httplib::Client> client_;
  std::string path_;
  std::atomic<bool> ready_ = false;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool done_ = false;
  std::jthread asking_;
};

}  // namespace

std::unique_ptr<ReadyWatch> watch_for_ready(const ReadyCheck& check, const std::filesystem::path& output) {
  switch (check.kind) {
    case ReadyCheck::Kind::none:
      break;
    case ReadyCheck::Kind::output_line:
      if (output.empty() || check.what.empty()) {
        throw Error(
            "cannot wait for a line of the subject's output: no line is given, or its output is not kept");
      }
      return std::make_unique<LineWatch>(check.what, output);
    case ReadyCheck::Kind::tcp_port: {
      std::uint16_t port = 0;
      const auto* end = check.what.data() + check.what.size();
      const auto [parsed, error] = std::from_chars(check.what.data(), end, port);
      if (error != std::errc{} || parsed != end || port == 0) {
        throw Error(
            fmt::format("cannot wait for port \"{}\": a number from 1 to 65535 is needed", check.what));
      }
      return std::make_unique<PortWatch>(port);
    }
    case ReadyCheck::Kind::http:
      return std::make_unique<HttpWatch>(check.what);
  }
  return std::make_unique<AlwaysReady>();
}

std::string describe(const ReadyCheck& check) {
  switch (check.kind) {
    case ReadyCheck::Kind::none:
      break;
    case ReadyCheck::Kind::output_line:
      return fmt::format("\"{}\" in its output", check.what);
    case ReadyCheck::Kind::tcp_port:
      return fmt::format("a connection accepted on port {}", check.what);
    case ReadyCheck::Kind::http:
      return fmt::format("a 2xx answer from {}", check.what);
  }
  return "nothing";
}

std::string tail_of(const std::filesystem::path& file, std::uint64_t from, std::uint64_t limit) {
  std::ifstream in{file, std::ios::binary | std::ios::ate};
  if (!in) return {};
  const auto size = static_cast<std::uint64_t>(in.tellg());
  const bool cut = size > from && size - from > limit;
  const auto start = cut ? size - limit : std::min(from, size);
  std::string text(size - start, '\0');
  in.seekg(static_cast<std::streamoff>(start));
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (const auto line = text.find('\n'); cut && line != std::string::npos) text.erase(0, line + 1);
  return text;
}

std::string last_lines_of(std::string_view text) {
  constexpr int kMostLines = 3;
  constexpr std::string_view kBlank = " \t\r\n";
  std::string joined;
  for (int lines = 0; lines < kMostLines; ++lines) {
    const auto last = text.find_last_not_of(kBlank);
    if (last == std::string_view::npos) break;
    text = text.substr(0, last + 1);
    const auto begin = text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1;
    joined = std::string{text.substr(begin)} + (joined.empty() ? "" : " / ") + joined;
    text = text.substr(0, begin);
  }
  return joined;
}

}  // namespace leakrig
