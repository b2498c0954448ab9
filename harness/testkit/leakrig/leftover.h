#pragma once

#include <fnmatch.h>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace leakrig::testkit {

/// What a test can leave behind. A socket is told apart from the other descriptors.
enum class Kind { thread, descriptor, socket, child, mapping };

inline const char* to_string(Kind kind) {
  constexpr const char* kNames[] = {"thread", "descriptor", "socket", "child", "mapping"};
  return kNames[static_cast<std::size_t>(kind)];
}

/// One thing that is there and was not.
struct Leftover {
  Kind kind = Kind::thread;
  /// The thread's or process's id, the descriptor's number; a mapping's address.
  unsigned long long id = 0;
  /// The thread's name; the descriptor's target; the socket's peer, or where it listens; the child's command
  /// line; the mapping's file, or "anonymous memory".
  std::string name;
  /// What else is known: a thread's start routine, a socket's both ends, a child's state, a mapping's size.
  std::string detail;
};

/// `thread 4711 "worker", started in Pool::run()`.
inline std::string to_string(const Leftover& left) {
  std::string text = to_string(left.kind);
  if (left.kind != Kind::mapping) text += " " + std::to_string(left.id);
  text += " \"" + left.name + "\"";
  return left.detail.empty() ? text : text + ", " + left.detail;
}

/// A kind of leftover that is no fault: whose name or detail matches a pattern as of the shell, with `*`,
/// `?` and `[...]`; a `*` stands for slashes too.
struct Ignore {
  Kind kind = Kind::thread;
  std::string pattern;

  bool covers(const Leftover& left) const {
    return left.kind == kind && (fnmatch(pattern.c_str(), left.name.c_str(), 0) == 0 ||
                                 fnmatch(pattern.c_str(), left.detail.c_str(), 0) == 0);
  }
};

/// "thread:grpc*". Throws std::invalid_argument for what has no such kind in front.
inline Ignore parse_ignore(const std::string& text) {
  const std::size_t colon = text.find(':');
  for (const Kind kind : {Kind::thread, Kind::descriptor, Kind::socket, Kind::child, Kind::mapping}) {
    if (colon != std::string::npos && text.substr(0, colon) == to_string(kind) && colon + 1 < text.size()) {
      return Ignore{kind, text.substr(colon + 1)};
    }
  }
  throw std::invalid_argument(
      "leakrig: \"" + text +
      "\" is no pattern of leftovers to ignore; one begins with thread:, descriptor:, "
      "socket:, child: or mapping:, for example thread:grpc*");
}

/// "thread:grpc*;descriptor:/dev/dri/*". Throws as parse_ignore() does.
inline std::vector<Ignore> parse_ignores(const std::string& text) {
  std::vector<Ignore> ignores;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find(';', from);
    const std::string part = text.substr(from, end == std::string::npos ? end : end - from);
    if (!part.empty()) ignores.push_back(parse_ignore(part));
    from = end == std::string::npos ? text.size() : end + 1;
  }
  return ignores;
}

struct LeakOptions {
  std::vector<Ignore> ignore;
  /// So long a leftover may take to go: a thread that is about to end, a child about to be reaped.
  std::chrono::milliseconds wait{1000};
};

}  // namespace leakrig::testkit
