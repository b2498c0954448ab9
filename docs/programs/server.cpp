#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  const bool leak = argc > 2 && std::string{argv[2]} == "leak";
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{AF_INET, htons(std::atoi(argv[1])), {htonl(INADDR_LOOPBACK)}, {}};
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 1;
  listen(listener, 64);
  for (char request[4096];;) {
    const int client = accept(listener, nullptr, nullptr);
    if (read(client, request, sizeof request) <= 0) return 1;
    const std::string answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    if (write(client, answer.data(), answer.size()) < 0) return 1;
    shutdown(client, SHUT_WR);
    if (!leak) close(client);
  }
}
