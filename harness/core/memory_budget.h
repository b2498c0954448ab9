#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace leakrig {

/// What all clients together may keep in memory of one kind: bodies that have not come whole, answers that nobody
/// reads, files and processes of containers. One thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes) : left_(std::make_shared<std::size_t>(bytes)) {}

  /// A part of the budget, given back at its end, or when it is destroyed. The budget may be destroyed first.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept;
    Share& operator=(Share&& other) noexcept;
    ~Share() { resize(0); }
    /// False, and unchanged, if there is not as much left.
    bool resize(std::size_t bytes);

   private:
    friend class MemoryBudget;
    explicit Share(std::shared_ptr<std::size_t> left) : left_(std::move(left)) {}
    std::shared_ptr<std::size_t> left_;
    std::size_t bytes_ = 0;
  };
  Share share() { return Share{left_}; }

  /// `text`, which counts for as long as anybody has it; nothing if there is not as much left.
  std::shared_ptr<const std::string> keep(std::string text);

 private:
  std::shared_ptr<std::size_t> left_;
};

}  // namespace leakrig
