#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <utility>

namespace leakrig {

/// Wakes who waits for what a container says, and counts who still has to be told its last words. Serving thread only.
class OutputSignal {
 public:
  /// Is woken for as long as it lives; `counts`: as a client that is attached to the output.
  class Listener {
   public:
    Listener(OutputSignal& signal, std::size_t container, bool counts, std::function<void()> wake)
        : signal_(&signal), container_(container), counts_(counts), place_(signal.listeners_.emplace(container, std::move(wake))) {
      if (counts_) ++signal_->attached_[container_];
    }
    ~Listener() {
      signal_->listeners_.erase(place_);
      if (!counts_) return;
      const auto attached = signal_->attached_.find(container_);
      if (--attached->second == 0) signal_->attached_.erase(attached);
      signal_->wake(container_);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

   private:
    OutputSignal* signal_;
    std::size_t container_;
    bool counts_;
    std::multimap<std::size_t, std::function<void()>>::iterator place_;
  };

  void wake(std::size_t container) const {
    const auto [begin, end] = listeners_.equal_range(container);
    for (auto each = begin; each != end; ++each) each->second();
  }
  bool has_attached(std::size_t container) const { return attached_.count(container) != 0; }

 private:
  std::multimap<std::size_t, std::function<void()>> listeners_;
  std::map<std::size_t, std::size_t> attached_;
};

}  // namespace leakrig
