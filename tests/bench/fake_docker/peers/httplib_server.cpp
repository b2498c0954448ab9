// A log stream a thread, as a fake on cpp-httplib would serve it.
//   httplib_server SOCKET
#include <httplib.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

namespace {

/// As many threads as there are connections: the library's own queue has a fixed pool.
class ThreadPerConnection final : public httplib::TaskQueue {
 public:
  void enqueue(std::function<void()> task) override { std::thread(std::move(task)).detach(); }
  void shutdown() override {}
};

std::string line_now(unsigned long sequence) {
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  char text[128];
  std::snprintf(text, sizeof text, "web-1 seq=%08lu due=%010lld.%09lld", sequence,
                static_cast<long long>(now / 1000000000), static_cast<long long>(now % 1000000000));
  std::string line("\1\0\0\0\0\0\0\x40", 8);
  line += text;
  line.resize(8 + 63, 'x');
  return line + "\n";
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  httplib::Server server;
  server.new_task_queue = [] { return new ThreadPerConnection; };
  server.set_address_family(AF_UNIX);
  server.Get(R"(/containers/[^/]+/logs)", [](const httplib::Request&, httplib::Response& response) {
    response.set_chunked_content_provider("application/vnd.docker.multiplexed-stream",
                                          [](std::size_t, httplib::DataSink& sink) {
                                            auto next = std::chrono::steady_clock::now();
                                            for (unsigned long sequence = 0;; ++sequence) {
                                              std::this_thread::sleep_until(next += std::chrono::seconds{1});
                                              const auto line = line_now(sequence);
                                              if (!sink.write(line.data(), line.size())) return false;
                                            }
                                          });
  });
  std::puts("ready");
  std::fflush(stdout);
  return server.listen(arguments[1], 80) ? 0 : 3;
}
