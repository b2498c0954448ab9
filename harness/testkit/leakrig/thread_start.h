#pragma once

#include <pthread.h>
#include <sys/syscall.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <thread>

#include "leakrig/elf_symbols.h"
#include "leakrig/maps.h"

/// Where a thread began. The C library keeps that in its record of the thread (struct pthread), whose layout
/// is its own affair: a thread whose start is known is looked at first, to see where things stand in it.
namespace leakrig::testkit::detail {

/// What a thread was started with.
struct ThreadStart {
  Address routine = 0;
  Address argument = 0;
};

/// Offsets in the C library's record of a thread; -1: not found, and starts are not told.
struct ThreadLayout {
  std::ptrdiff_t tid = -1;
  std::ptrdiff_t routine = -1;  ///< the argument follows it
  Address std_thread = 0;       ///< the start routine of every std::thread
};

inline pid_t own_tid() {
  return static_cast<pid_t>(::syscall(SYS_gettid));
}

inline void* look_at_own_record(void* into) {
  auto& layout = *static_cast<ThreadLayout*>(into);
  const auto record = static_cast<Address>(::pthread_self());
  constexpr std::ptrdiff_t kLongest = 8192;
  for (std::ptrdiff_t at = 0; at < kLongest; at += static_cast<std::ptrdiff_t>(sizeof(Address))) {
    std::uintptr_t words[2] = {};
    if (!read_memory(record + static_cast<Address>(at), words, sizeof words)) break;
    std::int32_t halves[2] = {};
    std::memcpy(halves, words, sizeof halves);
    for (std::ptrdiff_t half = 0; half < 2; ++half) {
      if (layout.tid < 0 && halves[half] == own_tid()) layout.tid = at + half * 4;
    }
    if (words[0] == reinterpret_cast<Address>(&look_at_own_record) &&
        words[1] == reinterpret_cast<Address>(into)) {
      layout.routine = at;
    }
  }
  return nullptr;
}

inline ThreadLayout learn_thread_layout() {
  ThreadLayout layout;
  pthread_t thread{};
  if (::pthread_create(&thread, nullptr, &look_at_own_record, &layout) != 0) return layout;
  ::pthread_join(thread, nullptr);
  if (layout.tid < 0 || layout.routine < 0) return ThreadLayout{};
  std::thread([&layout] {
    layout.std_thread =
        word_at(static_cast<Address>(::pthread_self()) + static_cast<Address>(layout.routine));
  }).join();
  return layout;
}

/// Looks for the record of a living thread in the process's private memory.
inline std::optional<ThreadStart> start_of(pid_t tid, const ThreadLayout& layout, const Mappings& mappings) {
  std::optional<ThreadStart> start;
  if (layout.tid < 0) return start;
  const auto executable = [&](Address address) {
    for (const Mapping& mapping : mappings) {
      if (address >= mapping.begin && address < mapping.end) return mapping.access[2] == 'x';
    }
    return false;
  };
  for (const Mapping& mapping : mappings) {
    if (start || !mapping.anonymous() || mapping.access.compare(0, 2, "rw") != 0) continue;
    for_present_memory(
        mapping.begin, mapping.end, [&](Address at, const std::uintptr_t* words, std::size_t count) {
          for (std::size_t i = 0; !start && i < count * 2; ++i) {
            std::int32_t half = 0;
            std::memcpy(&half, reinterpret_cast<const char*>(words) + i * 4, sizeof half);
            if (half != tid) continue;
            const Address field =
                at + i * 4 - static_cast<Address>(layout.tid) + static_cast<Address>(layout.routine);
            ThreadStart found;
            if (field % sizeof(Address) == 0 && read_memory(field, &found, sizeof found) &&
                executable(found.routine)) {
              start = found;
            }
          }
          return at;
        });
  }
  return start;
}

/// The type of a std::thread's state (libstdc++: std::thread::_State_impl<_Invoker<tuple<F, ...>>>), as "F,
/// ...".
inline std::string callable_of(Address state) {
  char name[1024] = {};
  const Address type = word_at(word_at(state) - sizeof(Address));  // the type_info stands before the table
  const Address text = word_at(type + sizeof(Address));
  for (std::size_t i = 0; i + 1 < sizeof name; ++i) {
    if (!read_memory(text + i, &name[i], 1) || name[i] == 0) break;
  }
  std::string plain = demangled(name[0] == '*' ? name + 1 : name);
  const std::string open = "std::tuple<";
  const std::size_t from = plain.find(open);
  const std::size_t end = plain.rfind("> > >");
  if (from == std::string::npos || end == std::string::npos) return {};
  plain = plain.substr(from + open.size(), end - from - open.size());
  // A pointer to a function is kept in the state, behind the table: the type says less than whose it is.
  for (Address at = state + sizeof(Address); plain.find("*)") != std::string::npos && at < state + 64;
       at += sizeof(Address)) {
    const std::string function = function_at(word_at(at));
    if (!function.empty()) return function;
  }
  return plain;
}

/// "Pool::run()", or for a lambda "Some_Test::TestBody()::{lambda()#1}"; empty where it cannot be told.
inline std::string start_routine(pid_t tid, const ThreadLayout& layout, const Mappings& mappings) {
  const std::optional<ThreadStart> start = start_of(tid, layout, mappings);
  if (!start) return {};
  if (start->routine == layout.std_thread) {
    const std::string callable = callable_of(start->argument);
    return callable.empty() ? "a std::thread" : callable;
  }
  const std::string function = function_at(start->routine);
  if (!function.empty()) return function;
  const LoadedFile file = loaded_file(start->routine);
  return file.path.empty()
             ? file.path
             : "a function in " + (file.path == "/proc/self/exe" ? target_of(file.path) : file.path);
}

}  // namespace leakrig::testkit::detail
