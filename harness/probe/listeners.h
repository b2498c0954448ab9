#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace leakrig {

/// A TCP address that accepts connections.
struct ListeningAddress {
  std::string host;  ///< "127.0.0.1", "0.0.0.0", "::1", "::": without brackets
  std::uint16_t port = 0;
  /// "127.0.0.1:80", "[::1]:80"
  std::string text() const;
  auto operator<=>(const ListeningAddress&) const = default;
};

/// Where the processes `pids` listen, each address once, in order. Sees what this user may see; processes
/// that have ended are left out. `root` is "/proc" but in tests.
std::vector<ListeningAddress> listeners_of(const std::vector<pid_t>& pids,
                                           const std::filesystem::path& root = "/proc");

/// Who answers at an address.
struct ListenerOwner {
  enum class Kind {
    subject,  ///< one of the subject's processes
    other,    ///< another process, which `pid` and `name` are
    hidden,   ///< somebody whom this user may not look at: another user's process
    nobody,   ///< no socket of this machine accepts connections there
    remote,   ///< not an address of this machine's loopback: /proc does not tell
  };
  Kind kind = Kind::remote;
  pid_t pid = 0;
  std::string name;  ///< as its stat has it
};

/// Who listens at `host` (a name or an address, without brackets) and `port` in the rig's network namespace:
/// one of the processes `subject`, or who else. The listening socket's inode is looked for among descriptors
/// (/proc/PID/fd, proc(5)), so a port that was taken over, forwarded or never bound is told apart. Costs a
/// walk over /proc unless it is the subject's.
ListenerOwner owner_of_listener(const std::string& host, std::uint16_t port,
                                const std::vector<pid_t>& subject,
                                const std::filesystem::path& root = "/proc");

/// The pid itself and every process that belongs to it now (members_of_tree).
std::vector<pid_t> tree_of(pid_t subject, const std::filesystem::path& root = "/proc");

}  // namespace leakrig
