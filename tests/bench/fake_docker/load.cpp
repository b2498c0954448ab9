// The client of the fake Docker's benchmark: opens streams or sends requests as fast as they are answered,
// over a Unix socket (or TCP: SOCKET is then tcp:PORT), and prints what it saw as one JSON object. One
// thread; nothing but system calls.
//   docker_load follow SOCKET STREAMS CONTAINERS SECONDS SERVER_PID
//   docker_load requests SOCKET TARGET CONNECTIONS SECONDS SERVER_PID
//   docker_load bulk SOCKET TARGET SERVER_PID
//   docker_load churn SOCKET STREAMS_A_SECOND SECONDS SERVER_PID    opens and drops streams; a reading each
//   10 s
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "docker_load: %s: %s\n", what, std::strerror(errno));
  std::exit(3);
}

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// "tcp:PORT" on loopback, or the path of a Unix socket.
int connect_to(const std::string& path) {
  if (path.rfind("tcp:", 0) == 0) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::strtoul(path.c_str() + 4, nullptr, 10)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
    return fd;
  }
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  // A server may say that it is ready a moment before it listens.
  constexpr double kPatience = 5;
  const auto start = Clock::now();
  while (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const bool not_yet = errno == ENOENT || errno == ECONNREFUSED;
    if (errno != EAGAIN && errno != EINTR && !(not_yet && since(start) < kPatience)) fail("connect");
    if (not_yet) ::usleep(1000);
  }
  return fd;
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) fail("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// User and system time of another process, all its threads, those that have ended included.
double cpu_seconds(const std::string& pid) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(static_cast<pid_t>(std::strtol(pid.c_str(), nullptr, 10)), &clock) != 0 ||
      ::clock_gettime(clock, &time) != 0) {
    fail("the server has gone");
  }
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double rss_bytes(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/statm");
  double size = 0;
  double resident = 0;
  in >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

struct Totals {
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;
  std::vector<float> late_ms;
};

/// Counts lines (by line feeds that end a log message), and how long after its "due=" each was read.
void take(std::string_view bytes, Totals& totals) {
  totals.bytes += bytes.size();
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  for (std::size_t at = bytes.find("due="); at != std::string_view::npos; at = bytes.find("due=", at + 4)) {
    ++totals.lines;
    if (at + 24 > bytes.size()) continue;
    const double due = std::strtod(std::string{bytes.substr(at + 4, 20)}.c_str(), nullptr);
    totals.late_ms.push_back(static_cast<float>((now - due) * 1e3));
  }
}

double percentile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto place = values.begin() + static_cast<long>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

/// Waits up to `wait_ms` for any stream and reads it; how many had something.
int drain(int epoll, Totals& totals, int wait_ms) {
  static std::array<epoll_event, 1024> events;
  static std::array<char, 65536> buffer;
  const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), wait_ms);
  for (int i = 0; i < count; ++i) {
    const auto got =
        ::recv(events[static_cast<std::size_t>(i)].data.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) {
      take({buffer.data(), static_cast<std::size_t>(got)}, totals);
    } else if (got == 0) {
      errno = ECONNRESET;
      fail("a stream ended early");
    }
  }
  return count;
}

int follow(char** arguments) {
  const std::string socket = arguments[0];
  const auto streams = std::strtoul(arguments[1], nullptr, 10);
  const auto containers = std::strtoul(arguments[2], nullptr, 10);
  const double seconds = std::strtod(arguments[3], nullptr);
  const std::string pid = arguments[4];
  constexpr std::array kServices{"web", "api", "worker", "db", "cache", "queue", "auth", "search"};
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  const double rss_before = rss_bytes(pid);
  const double cpu_begin = cpu_seconds(pid);
  const auto opening = Clock::now();
  std::vector<int> fds;
  for (unsigned long i = 0; i < streams; ++i) {
    const int fd = connect_to(socket);
    const auto number = i % containers;
    send_all(fd, std::string{"GET /containers/"} + kServices[number % kServices.size()] + "-" +
                     std::to_string(number + 1) +
                     "/logs?follow=1&stdout=1&tail=0 HTTP/1.1\r\nHost: docker\r\n\r\n");
    fds.push_back(fd);
  }
  // Open is a stream whose headers have come.
  std::string head(4096, '\0');
  for (const int fd : fds) {
    if (::recv(fd, head.data(), head.size(), 0) <= 0) fail("no answer");
    if (head.compare(0, 12, "HTTP/1.1 200") != 0) fail(head.substr(0, 12).c_str());
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
  }
  const double opened = since(opening);
  const double cpu_opening = cpu_seconds(pid) - cpu_begin;
  Totals warmup;
  const auto warm = Clock::now();
  while (since(warm) < 2) drain(epoll, warmup, 10);
  Totals totals;
  totals.late_ms.reserve(streams * static_cast<std::size_t>(seconds + 2));
  const double cpu_before = cpu_seconds(pid);
  const auto start = Clock::now();
  while (since(start) < seconds) drain(epoll, totals, 10);
  const double took = since(start);
  const double cpu = cpu_seconds(pid) - cpu_before;
  const double rss = rss_bytes(pid);
  std::printf(
      "{\"streams\":%lu,\"open_s\":%.3f,\"open_cpu_s\":%.3f,\"seconds\":%.2f,\"lines\":%lu,\"cpu_s\":%.3f,"
      "\"rss_bytes\":%.0f,\"rss_per_stream\":%.0f,\"late_p50_ms\":%.1f,\"late_p99_ms\":%.1f}\n",
      streams, opened, cpu_opening, took, static_cast<unsigned long>(totals.lines), cpu, rss,
      (rss - rss_before) / static_cast<double>(streams), percentile(totals.late_ms, 0.5),
      percentile(totals.late_ms, 0.99));
  return 0;
}

/// Where a connection is in its answer. What is long is counted, not kept.
struct Answer {
  std::string head;
  std::string tail;  ///< the last bytes of a chunked body
  std::size_t left = 0;
  bool in_body = false;
  bool chunked = false;

  /// Whether the answer is complete with these bytes.
  bool take(std::string_view bytes) {
    if (!in_body) {
      head += bytes;
      const auto end = head.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      const auto length = head.find("Content-Length: ");
      chunked = length == std::string::npos || length > end;
      if (!chunked) left = std::strtoul(head.c_str() + length + 16, nullptr, 10);
      const auto rest = head.substr(end + 4);
      head.clear();
      in_body = true;
      return take(rest);
    }
    if (chunked) {
      tail += bytes.size() > 16 ? bytes.substr(bytes.size() - 16) : bytes;
      if (tail.size() > 16) tail.erase(0, tail.size() - 16);
      if (tail.size() < 5 || tail.compare(tail.size() - 5, 5, "0\r\n\r\n") != 0) return false;
      tail.clear();
    } else {
      left -= std::min(left, bytes.size());
      if (left != 0) return false;
    }
    in_body = false;
    return true;
  }
  /// Whether the next bytes need not be looked at.
  bool is_only_counted() const { return in_body && !chunked; }
  /// The same for bytes that nobody has looked at.
  bool count(std::size_t bytes) {
    left -= std::min(left, bytes);
    in_body = left != 0;
    return !in_body;
  }
};

int requests(char** arguments) {
  const std::string socket = arguments[0];
  const std::string request = std::string{"GET "} + arguments[1] + " HTTP/1.1\r\nHost: docker\r\n\r\n";
  const auto connections = std::strtoul(arguments[2], nullptr, 10);
  const double seconds = std::strtod(arguments[3], nullptr);
  const std::string pid = arguments[4];
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<int> fds;
  std::vector<Answer> answers(connections);
  for (unsigned long i = 0; i < connections; ++i) {
    fds.push_back(connect_to(socket));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fds.back(), &event);
    send_all(fds.back(), request);
  }
  // TCP can throw away what need not be looked at, so that this client is not what is measured. (Splicing a
  // Unix socket to /dev/null takes longer than reading it.)
  const bool can_trash = socket.rfind("tcp:", 0) == 0;
  constexpr std::size_t kHead = 4096;
  std::vector<char> buffer(256 * 1024);
  std::array<epoll_event, 64> events{};
  unsigned long done = 0;
  std::uint64_t bytes = 0;
  const double cpu_before = cpu_seconds(pid);
  const auto start = Clock::now();
  while (since(start) < seconds) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < count; ++i) {
      const auto which = events[static_cast<std::size_t>(i)].data.u64;
      auto& answer = answers[which];
      const bool is_counted = answer.is_only_counted();
      const auto got =
          is_counted && can_trash
              ? ::recv(fds[which], nullptr, answer.left, MSG_DONTWAIT | MSG_TRUNC)
              : ::recv(fds[which], buffer.data(), answer.in_body ? buffer.size() : kHead, MSG_DONTWAIT);
      if (got <= 0) fail("a connection ended");
      const auto length = static_cast<std::size_t>(got);
      bytes += length;
      if (!(is_counted ? answer.count(length) : answer.take({buffer.data(), length}))) continue;
      ++done;
      send_all(fds[which], request);
    }
  }
  const double took = since(start);
  std::printf("{\"requests_per_s\":%.0f,\"bytes_per_answer\":%.0f,\"cpu_s\":%.3f}\n",
              static_cast<double>(done) / took,
              static_cast<double>(bytes) / static_cast<double>(std::max(1UL, done)),
              cpu_seconds(pid) - cpu_before);
  return 0;
}

int bulk(char** arguments) {
  const int fd = connect_to(arguments[0]);
  const std::string pid = arguments[2];
  const double cpu_before = cpu_seconds(pid);
  const auto start = Clock::now();
  send_all(fd, std::string{"GET "} + arguments[1] + " HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n");
  std::vector<char> buffer(1 << 20);
  std::uint64_t bytes = 0;
  for (;;) {
    const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (got < 0) fail("recv");
    if (got == 0) break;
    bytes += static_cast<std::uint64_t>(got);
  }
  const double took = since(start);
  std::printf("{\"bytes\":%lu,\"seconds\":%.2f,\"gb_per_s\":%.2f,\"cpu_s\":%.3f}\n",
              static_cast<unsigned long>(bytes), took, static_cast<double>(bytes) / took / 1e9,
              cpu_seconds(pid) - cpu_before);
  return 0;
}

std::size_t descriptors(const std::string& pid) {
  const std::filesystem::directory_iterator fds("/proc/" + pid + "/fd");
  return static_cast<std::size_t>(std::distance(begin(fds), end(fds)));
}

int churn(char** arguments) {
  const std::string socket = arguments[0];
  const double rate = std::strtod(arguments[1], nullptr);
  const double seconds = std::strtod(arguments[2], nullptr);
  const std::string pid = arguments[3];
  const std::string request = "GET /containers/web-1/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: docker\r\n\r\n";
  std::string head(512, '\0');
  unsigned long opened = 0;
  double next_reading = 0;
  const auto start = Clock::now();
  while (since(start) < seconds) {
    // Two a turn: one that is dropped unread, one that has begun.
    for (const bool read_some : {false, true}) {
      const int fd = connect_to(socket);
      send_all(fd, request);
      if (read_some) (void)::recv(fd, head.data(), head.size(), 0);
      ::close(fd);
      ++opened;
    }
    const double ahead = static_cast<double>(opened) / rate - since(start);
    if (ahead > 0) ::usleep(static_cast<useconds_t>(ahead * 1e6));
    if (since(start) < next_reading) continue;
    next_reading += 10;
    std::printf("{\"t_s\":%.0f,\"opened\":%lu,\"rss_bytes\":%.0f,\"descriptors\":%zu}\n", since(start),
                opened, rss_bytes(pid), descriptors(pid));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  const std::string_view mode = count > 1 ? arguments[1] : "";
  if (mode == "follow" && count == 7) return follow(arguments + 2);
  if (mode == "requests" && count == 7) return requests(arguments + 2);
  if (mode == "bulk" && count == 5) return bulk(arguments + 2);
  if (mode == "churn" && count == 6) return churn(arguments + 2);
  std::fputs("docker_load: see the beginning of load.cpp\n", stderr);
  return 2;
}
