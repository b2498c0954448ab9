#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace leakrig {

/// Which ids are due at which tick: constant time to add and to collect, whatever their number. An id that is
/// further off than the wheel is long is looked at once a turn. Ticks are the caller's unit.
class TimingWheel {
 public:
  explicit TimingWheel(std::uint64_t now) : slots_(kSlots), cursor_(now) {}

  /// A tick that has passed counts as the next one.
  void add(std::uint32_t id, std::uint64_t tick);
  /// Appends the ids due at or before `now` to `due` and forgets them.
  void collect(std::uint64_t now, std::vector<std::uint32_t>& due);
  /// The next tick worth collecting at; nothing if the wheel is empty.
  std::optional<std::uint64_t> next() const;

 private:
  static constexpr std::uint64_t kSlots = 2048;
  struct Entry {
    std::uint64_t tick;
    std::uint32_t id;
  };
  std::vector<std::vector<Entry>> slots_;
  std::uint64_t cursor_;  ///< collected up to here
  std::size_t count_ = 0;
};

}  // namespace leakrig
