#include "harness/fake_docker/state/exec_store.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "harness/fleet/container_identity.h"

namespace leakrig {

Exec& ExecStore::add(std::uint64_t seed, std::size_t container) {
  for (auto each = execs_.begin(); execs_.size() >= kMost && each != execs_.end();) {
    each = each->second.running ? std::next(each) : execs_.erase(each);
  }
  Exec exec;
  exec.id = seeded_hex_id(seed, fmt::format("exec/{}", ++made_));
  exec.container = container;
  exec.pid = static_cast<int>(40000 + made_ % 20000);
  const auto id = exec.id;
  return execs_.emplace(id, std::move(exec)).first->second;
}

void ExecStore::forget(std::size_t container) {
  std::erase_if(execs_, [container](const auto& each) { return each.second.container == container; });
}

Exec* ExecStore::find(const std::string& id) {
  const auto found = execs_.find(id);
  return found == execs_.end() ? nullptr : &found->second;
}

}  // namespace leakrig
