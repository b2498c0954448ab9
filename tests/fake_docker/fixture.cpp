#include "tests/fake_docker/fixture.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <utility>

#include "harness/core/log_marker.h"

namespace leakrig {

void RecordingLedger::record(const LedgerEntry& entry) {
  const std::lock_guard lock(mutex_);
  entries_.push_back(entry);
}

std::vector<LedgerEntry> RecordingLedger::entries() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

Client::Client(const std::filesystem::path& socket, int receive_buffer)
    : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
  if (receive_buffer > 0)
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const timeval patience{10, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("connect: " + std::string{std::strerror(errno)});
  }
}

void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool Client::fill() {
  char bytes[16384];
  const auto count = ::recv(fd_.get(), bytes, sizeof bytes, 0);
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::string Client::take_line() {
  auto end = buffer_.find("\r\n");
  while (end == std::string::npos) {
    if (!fill()) return {};
    end = buffer_.find("\r\n");
  }
  auto line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

Response Client::head() {
  Response response;
  const auto status = take_line();
  if (status.size() < 12) return response;
  response.status = std::stoi(status.substr(9, 3));
  for (auto line = take_line(); !line.empty(); line = take_line()) {
    const auto colon = line.find(": ");
    auto name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    response.headers[name] = line.substr(colon + 2);
  }
  return response;
}

void Client::read_body(Response& response, const std::function<bool(const std::string&)>& enough) {
  while (!response.complete && !enough(response.body)) {
    const auto size = take_line();
    if (size.empty()) return;
    const auto length = std::stoul(size, nullptr, 16);
    while (buffer_.size() < length + 2) {
      if (!fill()) return;
    }
    response.body += buffer_.substr(0, length);
    buffer_.erase(0, length + 2);
    response.complete = length == 0;
  }
}

Response Client::response(bool bodiless) {
  auto response = head();
  if (response.headers.count("transfer-encoding") != 0) {
    read_body(response, [](const std::string&) { return false; });
    return response;
  }
  if (bodiless || response.headers.count("content-length") == 0) {
    response.complete = response.status != 0;
    return response;
  }
  const auto length = std::stoul(response.headers["content-length"]);
  while (buffer_.size() < length && fill()) {
  }
  response.complete = buffer_.size() >= length;
  response.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return response;
}

bool Client::at_eof() {
  char byte = 0;
  return buffer_.empty() && ::recv(fd_.get(), &byte, 1, 0) == 0;
}

std::string Client::rest() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

void Client::close_write() {
  ::shutdown(fd_.get(), SHUT_WR);
}

std::vector<Frame> parse_frames(const std::string& body) {
  std::vector<Frame> frames;
  for (std::size_t at = 0; at + 8 <= body.size();) {
    std::size_t length = 0;
    for (std::size_t i = 4; i < 8; ++i) length = length * 256 + static_cast<unsigned char>(body[at + i]);
    if (at + 8 + length > body.size()) break;
    frames.push_back({body[at], body.substr(at + 8, length)});
    at += 8 + length;
  }
  return frames;
}

std::vector<std::uint64_t> sequences(const std::string& body) {
  std::vector<std::uint64_t> numbers;
  for (const auto& frame : parse_frames(body)) {
    if (const auto marker = find_log_marker(frame.payload)) numbers.push_back(marker->sequence);
  }
  return numbers;
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator fds("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(fds), end(fds)));
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    ::poll(nullptr, 0, 5);
  }
  return false;
}

FakeDockerTest::FakeDockerTest() {
  char name[] = "/tmp/leakrig-docker-XXXXXX";
  directory_ = ::mkdtemp(name);
}

FakeDockerTest::~FakeDockerTest() {
  docker_.reset();
  std::filesystem::remove_all(directory_);
}

void FakeDockerTest::serve(FleetConfig config, double scale) {
  FakeDockerOptions options;
  options.socket = socket();
  serve(config, scale, options);
}

void FakeDockerTest::serve(FleetConfig config, double scale, FakeDockerOptions options) {
  clock_ = std::make_unique<ScenarioClock>(system_, scale);
  docker_ = std::make_unique<FakeDocker>(options, config, *clock_, ledger_);
}

Response FakeDockerTest::request(const std::string& method, const std::string& target,
                                 const std::string& body) {
  Client client(socket());
  client.send(method + " " + target + " HTTP/1.1\r\nHost: docker\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  return client.response(method == "HEAD");
}

}  // namespace leakrig
