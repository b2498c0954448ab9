#pragma once

#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "leakrig/leftover.h"
#include "leakrig/maps.h"
#include "leakrig/proc_self.h"

namespace leakrig::testkit::detail {

/// Something that is there, so that it is recognised again. `id` is a thread's or child's id, a descriptor's
/// number, a mapping's address.
struct Item {
  Kind kind = Kind::thread;
  unsigned long long id = 0;
  unsigned long long device = 0;  ///< of descriptors: what a number stands for may change
  unsigned long long inode = 0;

  std::tuple<Kind, unsigned long long, unsigned long long, unsigned long long> key() const {
    return {kind, id, device, inode};
  }
  bool operator<(const Item& other) const { return key() < other.key(); }
};

/// The children of every thread of this process; most often found to be none with one call.
inline void add_children(const std::vector<int>& threads, std::vector<Item>& items) {
  siginfo_t info{};
  if (::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) != 0) return;
  for (const int tid : threads) {
    const std::string text = text_of("/proc/self/task/" + std::to_string(tid) + "/children");
    for (const char* at = text.c_str(); *at != 0;) {
      char* next = nullptr;
      const unsigned long long pid = std::strtoull(at, &next, 10);
      if (next == at) break;
      items.push_back(Item{Kind::child, pid, 0, 0});
      at = next;
    }
  }
}

/// What this process has at one moment.
struct Census {
  std::vector<Item> items;  ///< sorted; mappings stand apart
  std::shared_ptr<const Mappings> mappings;

  static Census take(MapReader& maps) { return Census{things(), maps.now()}; }

  /// All but the mappings.
  static std::vector<Item> things() {
    std::vector<Item> items;
    const std::vector<int> threads = numbers_in("/proc/self/task");
    for (const int tid : threads) items.push_back(Item{Kind::thread, static_cast<unsigned>(tid), 0, 0});
    for (const int fd : numbers_in("/proc/self/fd")) {
      struct stat status {};
      if (::fstat(fd, &status) != 0) continue;
      const Kind kind = S_ISSOCK(status.st_mode) ? Kind::socket : Kind::descriptor;
      items.push_back(Item{kind, static_cast<unsigned>(fd), status.st_dev, status.st_ino});
    }
    add_children(threads, items);
    std::sort(items.begin(), items.end());
    return items;
  }

  bool has(const Item& item) const { return std::binary_search(items.begin(), items.end(), item); }
};

/// A sanitizer maps memory of its own all the time.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
inline constexpr bool kSanitized =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer);
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace leakrig::testkit::detail
