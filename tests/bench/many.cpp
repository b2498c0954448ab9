// leakrig_many THREADS SOCKETS: a process with so many of each, to measure probes on. Ends with its parent.
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

void* idle(void*) {
  while (true) ::pause();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: leakrig_many THREADS SOCKETS\n", stderr);
    return 2;
  }
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 32768);
  for (int i = 1; i < std::atoi(argv[1]); ++i) {
    pthread_t thread;
    if (pthread_create(&thread, &small, idle, nullptr) != 0) return 1;
    pthread_setname_np(thread, ("worker-" + std::to_string(i % 5)).c_str());
  }
  for (int i = 0; i < std::atoi(argv[2]) / 2; ++i) {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0) return 1;
  }
  idle(nullptr);
}
