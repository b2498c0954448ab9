/* The limit that a fake Docker can come near: accepts, answers any request with the headers of a log stream, then
 * writes one 64-byte line a second to each connection, spread over 4 ms ticks. It formats the time stamp once a
 * tick, parses nothing and keeps no account of anything.
 *   epoll_loop SOCKET */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { TICKS = 250, MOST = 65536 };

static const char head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

int main(int count, char** arguments) {
  if (count != 2) return 2;
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, arguments[1], sizeof address.sun_path - 1);
  const int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (bind(listening, (struct sockaddr*)&address, sizeof address) || listen(listening, 4096)) return 3;
  const int epoll = epoll_create1(0);
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  const struct itimerspec every = {{0, 4000000}, {0, 4000000}};
  timerfd_settime(timer, 0, &every, NULL);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listening};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listening, &event);
  event.data.fd = timer;
  epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event);
  static int fds[MOST];
  int open = 0;
  uint64_t tick = 0;
  puts("ready");
  fflush(stdout);
  for (;;) {
    struct epoll_event events[512];
    const int ready = epoll_wait(epoll, events, 512, -1);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listening) {
        int client;
        while ((client = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          event.events = EPOLLIN;
          event.data.fd = client;
          epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
        }
      } else if (fd == timer) {
        uint64_t passed = 0;
        if (read(timer, &passed, sizeof passed) != sizeof passed) continue;
        while (passed-- > 0) {
          struct timespec now;
          clock_gettime(CLOCK_REALTIME, &now);
          char line[96];
          const int text = snprintf(line + 12, sizeof line - 12, "web-1 seq=%08llu due=%010lld.%09ld", (unsigned long long)(tick / TICKS),
                                    (long long)now.tv_sec, now.tv_nsec);
          memcpy(line, "48\r\n\1\0\0\0\0\0\0\x40", 12);
          memset(line + 12 + text, 'x', (size_t)(63 - text));
          memcpy(line + 75, "\n\r\n", 3);
          for (int each = (int)(tick % TICKS); each < open; each += TICKS) send(fds[each], line, 78, MSG_DONTWAIT | MSG_NOSIGNAL);
          ++tick;
        }
      } else {
        char request[4096];
        const ssize_t got = recv(fd, request, sizeof request, MSG_DONTWAIT);
        if (got > 0) {
          send(fd, head, sizeof head - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
          if (open < MOST) fds[open++] = fd;
        } else if (got == 0 || errno != EAGAIN) {
          exit(0); /* the load has ended */
        }
      }
    }
  }
}
