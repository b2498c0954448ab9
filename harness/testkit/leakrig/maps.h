#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "leakrig/proc_self.h"

/// The process's memory mappings: /proc/self/maps.
namespace leakrig::testkit::detail {

using Address = std::uintptr_t;

/// A line of it, or a part of one.
struct Mapping {
  Address begin = 0;
  Address end = 0;
  std::string access;  ///< "rw-p"
  unsigned long long inode = 0;
  std::string path;         ///< empty: anonymous; "[heap]"; "/memfd:x (deleted)"
  Address whole_begin = 0;  ///< of a part: where the mapping begins that it is a part of
  Address whole_end = 0;

  bool anonymous() const { return path.empty() || path.compare(0, 6, "[anon:") == 0; }
  bool same_thing(const Mapping& other) const { return inode == other.inode && path == other.path; }
};
using Mappings = std::vector<Mapping>;

/// Sorted by address, as the kernel writes them.
inline Mappings parse_maps(const std::string& text) {
  Mappings mappings;
  for (const char* at = text.c_str(); *at != 0;) {
    const char* line_end = std::strchr(at, '\n');
    if (line_end == nullptr) line_end = at + std::strlen(at);
    char* next = nullptr;
    Mapping mapping;
    mapping.begin = std::strtoull(at, &next, 16);
    mapping.end = std::strtoull(next + 1, &next, 16);
    mapping.whole_begin = mapping.begin;
    mapping.whole_end = mapping.end;
    mapping.access.assign(next + 1, 4);
    std::strtoull(next + 6, &next, 16);  // the offset
    next = std::strchr(next + 1, ' ');   // behind the device
    mapping.inode = std::strtoull(next, &next, 10);
    while (next < line_end && *next == ' ') ++next;
    mapping.path.assign(next, static_cast<std::size_t>(line_end - next));
    mappings.push_back(std::move(mapping));
    at = *line_end == 0 ? line_end : line_end + 1;
  }
  return mappings;
}

/// The parts of `now` that `before` did not have, each with what `now` says of it.
inline Mappings parts_not_in(const Mappings& before, const Mappings& now) {
  Mappings parts;
  for (const Mapping& mapping : now) {
    Address from = mapping.begin;
    const auto first = std::partition_point(before.begin(), before.end(),
                                            [&](const Mapping& old) { return old.end <= mapping.begin; });
    for (auto old = first; old != before.end() && old->begin < mapping.end; ++old) {
      if (!old->same_thing(mapping)) continue;
      if (old->begin > from) {
        parts.push_back(mapping);
        parts.back().begin = from;
        parts.back().end = old->begin;
      }
      from = std::max(from, old->end);
    }
    if (from < mapping.end) {
      parts.push_back(mapping);
      parts.back().begin = from;
    }
  }
  return parts;
}

/// The mappings as they are. They are read again only where the size of the process without its heap has
/// changed since the last reading: a reading costs about a microsecond a mapping. Thread-safe.
class MapReader {
 public:
  std::shared_ptr<const Mappings> now() {
    const std::lock_guard lock(mutex_);
    const unsigned long long bytes = mapped_bytes();
    if (last_ == nullptr || bytes != bytes_) {
      last_ = std::make_shared<const Mappings>(parse_maps(text_of("/proc/self/maps")));
      bytes_ = bytes;
    }
    return last_;
  }

  /// The size of the process without its heap.
  static unsigned long long mapped_bytes() {
    const std::string statm = text_of("/proc/self/statm");
    const auto page = static_cast<unsigned long long>(::sysconf(_SC_PAGESIZE));
    return std::strtoull(statm.c_str(), nullptr, 10) * page - reinterpret_cast<Address>(::sbrk(0));
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const Mappings> last_;
  unsigned long long bytes_ = 0;
};

/// Calls visit(address, words, count) for each stretch of a mapping's memory that is present, some pages at a
/// time; it answers from which address on it wants to see more. `[begin, end)` is private memory that can be
/// read; what it would see beyond 64 MiB is left out.
template <typename Visit>
void for_present_memory(Address begin, Address end, const Visit& visit) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  constexpr std::size_t kPages = 16;
  std::vector<std::uintptr_t> words(kPages * page / sizeof(std::uintptr_t));
  std::vector<unsigned char> present((end - begin) / page);
  if (present.empty() || ::mincore(reinterpret_cast<void*>(begin), end - begin, present.data()) != 0) return;
  std::size_t left = (std::size_t{64} << 20U) / page;
  for (std::size_t first = 0; first < present.size() && left > 0;) {
    std::size_t count = 0;
    while (first + count < present.size() && count < kPages && (present[first + count] & 1U) != 0) ++count;
    std::size_t next = first + std::max<std::size_t>(count, 1);
    if (count > 0 && read_memory(begin + first * page, words.data(), count * page)) {
      const Address from = visit(begin + first * page, words.data(), count * page / sizeof(std::uintptr_t));
      if (from > begin) next = std::max(next, (from - begin) / page);
      left -= std::min(left, count);
    }
    first = next;
  }
}

}  // namespace leakrig::testkit::detail
