#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "leakrig/census.h"
#include "leakrig/leftover.h"
#include "leakrig/names.h"
#include "leakrig/runtime_memory.h"
#include "leakrig/thread_start.h"

namespace leakrig::testkit {

namespace detail {

/// Shared by all checks of the process: what the last one has read, the next need not read again.
inline MapReader& process_maps() {
  static MapReader reader;
  // A sanitizer starts a thread of its own together with the first of the program's.
  [[maybe_unused]] static const bool kStarted = kSanitized && (std::thread([] {}).join(), true);
  return reader;
}

inline Leftover describe(const Item& item, const ThreadLayout& layout, const Mappings& mappings) {
  Leftover left;
  left.kind = item.kind;
  left.id = item.id;
  const auto number = static_cast<int>(item.id);
  if (item.kind == Kind::socket) name_socket(number, left);
  if (item.kind == Kind::descriptor) name_descriptor(number, left);
  if (item.kind == Kind::child) name_child(number, left);
  if (item.kind == Kind::thread) {
    left.name = line_of("/proc/self/task/" + std::to_string(number) + "/comm");
    const std::string routine = start_routine(number, layout, mappings);
    if (!routine.empty()) left.detail = "started in " + routine;
  }
  return left;
}

/// `bytes`: of all new parts of the mapping.
inline Leftover describe(const Mapping& mapping, Address bytes) {
  Leftover left;
  left.kind = Kind::mapping;
  left.id = mapping.begin;
  left.name = mapping.path.empty() ? "anonymous memory" : mapping.path;
  char where[96];
  std::snprintf(where, sizeof where, "%llu bytes, %s, at %#llx", static_cast<unsigned long long>(bytes),
                mapping.access.c_str(), static_cast<unsigned long long>(mapping.begin));
  left.detail = where;
  return left;
}

}  // namespace detail

/// Compares what the process has with what it had when this was made: threads, descriptors, sockets, child
/// processes, and memory mappings (but what the C library keeps for itself, and but under a sanitizer).
/// Looks at the whole process: what other threads open and keep meanwhile counts too. One thread at a time.
class LeakCheck {
 public:
  explicit LeakCheck(LeakOptions options = {})
      : options_(std::move(options)), start_(detail::Census::take(detail::process_maps())) {}

  /// What has been there at every look from now on until nothing was left or the options' time was over, less
  /// what they ignore. Returns at once where there is nothing at the first look.
  std::vector<Leftover> leftovers() {
    Found found = look();
    const auto deadline = std::chrono::steady_clock::now() + options_.wait;
    std::chrono::nanoseconds pause{50'000};
    while (!found.told.empty() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(pause);
      pause = std::min<std::chrono::nanoseconds>(pause * 2, std::chrono::milliseconds{50});
      found = look(&found);
    }
    found_ = found;
    return found.told;
  }

  /// From now on, what `other` found last is no leftover of this check: it has been told.
  void forgive(const LeakCheck& other) {
    start_.items.insert(start_.items.end(), other.found_.items.begin(), other.found_.items.end());
    std::sort(start_.items.begin(), start_.items.end());
    detail::Mappings known = *start_.mappings;
    known.insert(known.end(), other.found_.mappings.begin(), other.found_.mappings.end());
    std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
    start_.mappings = std::make_shared<const detail::Mappings>(std::move(known));
  }

  void ignore(const std::vector<Ignore>& more) {
    options_.ignore.insert(options_.ignore.end(), more.begin(), more.end());
  }
  const LeakOptions& options() const { return options_; }
  /// Whether the last leftovers() had any, ignored ones too.
  bool found_any() const { return !found_.items.empty() || !found_.mappings.empty(); }

 private:
  struct Found {
    std::vector<detail::Item> items;
    detail::Mappings mappings;
    std::vector<Leftover> told;
  };

  bool ignored(const Leftover& left) const {
    return std::any_of(options_.ignore.begin(), options_.ignore.end(),
                       [&](const Ignore& ignore) { return ignore.covers(left); });
  }

  /// `earlier`: only what was found then is still of interest.
  Found look(const Found* earlier = nullptr) {
    const detail::Census now = detail::Census::take(detail::process_maps());
    Found found;
    for (const detail::Item& item : now.items) {
      const bool seen =
          earlier == nullptr || std::binary_search(earlier->items.begin(), earlier->items.end(), item);
      if (seen && !start_.has(item)) found.items.push_back(item);
    }
    if (!detail::kSanitized && now.mappings != start_.mappings) {
      for (detail::Mapping& part :
           detail::made_by_program(detail::parts_not_in(*start_.mappings, *now.mappings))) {
        const bool seen =
            earlier == nullptr ||
            std::any_of(earlier->mappings.begin(), earlier->mappings.end(),
                        [&](const auto& old) { return old.begin < part.end && part.begin < old.end; });
        if (seen) found.mappings.push_back(std::move(part));
      }
    }
    if (!found.items.empty() || !found.mappings.empty()) tell(found);
    return found;
  }

  void tell(Found& found) {
    const bool threads = std::any_of(found.items.begin(), found.items.end(),
                                     [](const detail::Item& item) { return item.kind == Kind::thread; });
    if (threads && !learned_) {
      layout_ = detail::learn_thread_layout();
      learned_ = true;
    }
    // Read anew: the C library swaps stacks of one size without a change of the process's.
    const detail::Mappings mappings =
        threads ? detail::parse_maps(detail::text_of("/proc/self/maps")) : detail::Mappings{};
    for (const detail::Item& item : found.items) {
      Leftover left = detail::describe(item, layout_, mappings);
      if (!left.name.empty() && !ignored(left)) found.told.push_back(std::move(left));
    }
    for (auto part = found.mappings.begin(); part != found.mappings.end();) {
      const detail::Mapping& mapping = *part;
      detail::Address bytes = 0;
      for (; part != found.mappings.end() && part->whole_begin == mapping.whole_begin; ++part)
        bytes += part->end - part->begin;
      Leftover left = detail::describe(mapping, bytes);
      if (!ignored(left)) found.told.push_back(std::move(left));
    }
  }

  LeakOptions options_;
  detail::Census start_;
  Found found_;
  detail::ThreadLayout layout_;
  bool learned_ = false;
};

/// "the test leaves behind, 1000 ms after its end:" and a line each.
inline std::string to_string(const std::string& who, const std::vector<Leftover>& leftovers,
                             const LeakOptions& options) {
  std::string text = who + " leaves behind, " + std::to_string(options.wait.count()) + " ms after its end:";
  for (const Leftover& left : leftovers) text += "\n  " + to_string(left);
  return text;
}

}  // namespace leakrig::testkit
