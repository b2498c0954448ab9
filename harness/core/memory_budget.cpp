#include "harness/core/memory_budget.h"

#include <utility>

namespace leakrig {

MemoryBudget::Share::Share(Share&& other) noexcept
    : left_(std::move(other.left_)), bytes_(std::exchange(other.bytes_, 0)) {}

MemoryBudget::Share& MemoryBudget::Share::operator=(Share&& other) noexcept {
  if (this == &other) return *this;
  resize(0);
  left_ = std::move(other.left_);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

bool MemoryBudget::Share::resize(std::size_t bytes) {
  if (!left_) return bytes == 0;
  if (bytes > bytes_ && bytes - bytes_ > *left_) return false;
  *left_ += bytes_;
  *left_ -= bytes;
  bytes_ = bytes;
  return true;
}

std::shared_ptr<const std::string> MemoryBudget::keep(std::string text) {
  struct Kept {
    std::string text;
    Share share;
  };
  auto kept = std::make_shared<Kept>(Kept{std::move(text), share()});
  if (!kept->share.resize(kept->text.size())) return nullptr;
  return {kept, &kept->text};
}

}  // namespace leakrig
