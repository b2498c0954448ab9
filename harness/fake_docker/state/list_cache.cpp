#include "harness/fake_docker/state/list_cache.h"

#include <utility>

namespace leakrig {

std::shared_ptr<const std::string> ListCache::find(const std::string& query, std::uint64_t revision,
                                                   Nanos now) {
  if (revision != revision_ || now - since_ >= kHolds) {
    answers_.clear();
    bytes_ = 0;
    revision_ = revision;
    since_ = now;
    return nullptr;
  }
  const auto found = answers_.find(query);
  return found == answers_.end() ? nullptr : found->second;
}

void ListCache::keep(const std::string& query, std::shared_ptr<const std::string> answer) {
  const auto bytes = query.size() + answer->size();
  if (bytes_ + bytes > kMostBytes) return;
  bytes_ += bytes;
  answers_.emplace(query, std::move(answer));
}

}  // namespace leakrig
