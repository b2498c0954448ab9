#include "tests/collector/scripted_server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace leakrig {
namespace {

UniqueFd listen_unix(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), 64) != 0) {
    throw std::runtime_error("the scripted server cannot listen");
  }
  return fd;
}

UniqueFd listen_tcp(int& port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  UniqueFd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(fd.get(), 64) != 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the scripted server cannot listen");
  }
  port = ntohs(address.sin_port);
  return fd;
}

std::filesystem::path new_directory() {
  auto name = (std::filesystem::temp_directory_path() / "leakrig-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  return name;
}

}  // namespace

std::optional<std::string> ScriptedServer::Connection::read_request() {
  constexpr std::string_view kBlankLine = "\r\n\r\n";
  auto end = buffer_.find(kBlankLine);
  while (end == std::string::npos) {
    std::array<char, 4096> piece{};
    const auto n = ::recv(fd_, piece.data(), piece.size(), 0);
    if (n <= 0) return std::nullopt;
    buffer_.append(piece.data(), static_cast<std::size_t>(n));
    end = buffer_.find(kBlankLine);
  }
  auto head = buffer_.substr(0, end);
  buffer_.erase(0, end + kBlankLine.size());
  return head;
}

void ScriptedServer::Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void ScriptedServer::Connection::answer(std::string_view body, std::string_view more_headers) {
  write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
        std::string{more_headers} + "\r\n" + std::string{body});
}

void ScriptedServer::Connection::begin_chunked() {
  write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
}

void ScriptedServer::Connection::chunk(std::string_view data) {
  std::array<char, 20> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", data.size());
  write(size.data() + std::string{data} + "\r\n");
}

bool ScriptedServer::Connection::peer_is_there() const {
  char ignored = 0;
  return ::recv(fd_, &ignored, 1, MSG_PEEK | MSG_DONTWAIT) != 0;
}

void ScriptedServer::Connection::wait_for_close() {
  std::array<char, 4096> ignored{};
  while (::recv(fd_, ignored.data(), ignored.size(), 0) > 0) {
  }
}

ScriptedServer::ScriptedServer(Script script, bool tcp)
    : script_(std::move(script)), directory_(new_directory()) {
  if (tcp) {
    int port = 0;
    listener_ = listen_tcp(port);
    endpoint_ = parse_endpoint("http://127.0.0.1:" + std::to_string(port));
  } else {
    listener_ = listen_unix(directory_ / "s");
    endpoint_ = parse_endpoint("unix://" + (directory_ / "s").string());
  }
  acceptor_ = std::thread([this] { accept_loop(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    for (const auto& socket : sockets_) ::shutdown(socket.get(), SHUT_RDWR);
  }
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  std::filesystem::remove_all(directory_);
}

void ScriptedServer::accept_loop() {
  while (true) {
    const auto fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock{mutex_};
    sockets_.emplace_back(fd);
    if (stopping_) return;
    ++accepted_;
    ++open_;
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void ScriptedServer::serve(int fd) {
  Connection connection{fd};
  script_(connection);
  ::shutdown(fd, SHUT_RDWR);
  --open_;
}

std::string request_line(const std::string& head) {
  return head.substr(0, head.find(" HTTP/"));
}

bool eventually(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

int threads_named(std::string_view name) {
  auto count = 0;
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", gone)) {
    std::string comm;
    std::ifstream{task.path() / "comm"} >> comm;
    if (comm == name) ++count;
  }
  return count;
}

}  // namespace leakrig
