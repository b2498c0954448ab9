#pragma once

#include <dlfcn.h>
#include <link.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "leakrig/maps.h"

/// Which memory the C library maps for itself and keeps: thread stacks (also those of threads that have
/// ended, for the next one), the allocator's arenas and large blocks, and what the dynamic loader has loaded.
namespace leakrig::testkit::detail {

using Range = std::pair<Address, Address>;

/// Where the loader has put the program and its libraries, with their zeroed data.
inline std::vector<Range> loaded_ranges() {
  std::vector<Range> ranges;
  ::dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* into) {
        const auto page = static_cast<Address>(::sysconf(_SC_PAGESIZE));
        for (int i = 0; i < object->dlpi_phnum; ++i) {
          const auto& header = object->dlpi_phdr[i];
          if (header.p_type != PT_LOAD) continue;
          const Address begin = (object->dlpi_addr + header.p_vaddr) & ~(page - 1);
          const Address end = (object->dlpi_addr + header.p_vaddr + header.p_memsz + page - 1) & ~(page - 1);
          static_cast<std::vector<Range>*>(into)->emplace_back(begin, end);
        }
        return 0;
      },
      &ranges);
  return ranges;
}

/// glibc's malloc: an arena beside the main one consists of heaps of 64 MiB, each at a multiple of that, each
/// beginning with {arena, previous heap, size, size that is accessible} (glibc malloc/arena.c, heap_info).
inline std::vector<Range> arena_ranges(const Mapping& part) {
  constexpr Address kHeap = Address{64} << 20U;
  std::vector<Range> ranges;
  for (Address heap = part.begin & ~(kHeap - 1); heap < part.end; heap += kHeap) {
    std::uintptr_t info[4] = {};
    if (!read_memory(heap, info, sizeof info)) continue;
    const bool sizes = info[2] > 0 && info[2] <= info[3] && info[3] <= kHeap && info[3] % 4096 == 0;
    // The arena itself lies in its first heap.
    const Address first = info[0] & ~(kHeap - 1);
    if (sizes && info[0] != 0 && (first == heap || word_at(first) == info[0]))
      ranges.emplace_back(heap, heap + kHeap);
  }
  return ranges;
}

/// In private memory that has grown: stacks of threads and large blocks of malloc. Looks at the whole mapping
/// of which `part` is new: a block that grew begins in what is old.
/// - A C library's record of a thread holds its stack's address and size side by side (glibc nptl/descr.h:
///   stackblock, stackblock_size; musl: map_base, map_size), and lies in that stack. `below` is how far
///   under the memory the stack may begin: its guard pages.
/// - A block that malloc has mapped begins, on a page, with {0, size | 2} (glibc malloc/malloc.c,
/// IS_MMAPPED).
inline std::vector<Range> stacks_and_blocks(const Mapping& part) {
  const auto page = static_cast<Address>(::sysconf(_SC_PAGESIZE));
  const Address below = Address{1} << 20U;
  std::vector<Range> ranges;
  for_present_memory(part.whole_begin, part.whole_end,
                     [&](Address at, const std::uintptr_t* words, std::size_t count) {
                       for (std::size_t i = 0; i + 1 < count; ++i) {
                         const Address here = at + i * sizeof *words;
                         const Address first = words[i];
                         const Address second = words[i + 1];
                         const Address block = second & ~Address{7};
                         if (first == 0 && here % page == 0 && (second & 7U) == 2 && block % page == 0 &&
                             block > 0 && block <= part.whole_end - here) {
                           ranges.emplace_back(here, here + block);
                           i += block / sizeof *words - 1;
                         } else if (first % page == 0 && second % page == 0 && second > 0 &&
                                    first + below >= part.whole_begin && first < here &&
                                    second <= part.whole_end - first && here - first < second) {
                           ranges.emplace_back(first, first + second);
                         }
                       }
                       return ranges.empty() ? at : ranges.back().second;
                     });
  return ranges;
}

/// Another allocator than the C library's is in use, whose mappings have no known form.
inline bool foreign_allocator() {
  for (const char* name : {"mallctl", "je_mallctl", "tc_malloc", "mi_malloc"}) {
    if (::dlsym(RTLD_DEFAULT, name) != nullptr) return true;
  }
  return false;
}

/// Files that the C library maps when they are first needed, and keeps.
inline bool library_file(const std::string& path) {
  const auto ends_with = [&](const std::string& end) {
    return path.size() >= end.size() && path.compare(path.size() - end.size(), end.size(), end) == 0;
  };
  return path.compare(0, 16, "/usr/lib/locale/") == 0 || ends_with("gconv-modules.cache") || ends_with(".mo");
}

inline void take_away(Mappings& parts, const std::vector<Range>& ranges) {
  for (const auto& [begin, end] : ranges) {
    Mappings left;
    for (const Mapping& part : parts) {
      if (end <= part.begin || begin >= part.end) {
        left.push_back(part);
        continue;
      }
      for (const auto& [from, to] : {Range{part.begin, begin}, Range{end, part.end}}) {
        if (from >= to) continue;
        left.push_back(part);
        left.back().begin = from;
        left.back().end = to;
      }
    }
    parts.swap(left);
  }
}

/// Of new mappings those that the program has made itself.
inline Mappings made_by_program(Mappings parts) {
  take_away(parts, loaded_ranges());
  const bool foreign = foreign_allocator();
  const auto of_library = [&](const Mapping& part) {
    if (part.anonymous()) return foreign || part.path.compare(0, 12, "[anon: glibc") == 0;
    return part.path[0] == '[' || library_file(part.path);
  };
  parts.erase(std::remove_if(parts.begin(), parts.end(), of_library), parts.end());
  std::vector<Range> arenas;
  for (const Mapping& part : parts) {
    if (!part.anonymous()) continue;
    const std::vector<Range> found = arena_ranges(part);
    arenas.insert(arenas.end(), found.begin(), found.end());
  }
  take_away(parts, arenas);
  std::vector<Range> ranges;
  for (const Mapping& part : parts) {
    if (!part.anonymous() || part.access.compare(0, 2, "rw") != 0) continue;
    const std::vector<Range> found = stacks_and_blocks(part);
    ranges.insert(ranges.end(), found.begin(), found.end());
  }
  take_away(parts, ranges);
  return parts;
}

}  // namespace leakrig::testkit::detail
