#include "harness/analysis/configuration.h"

#include <algorithm>

namespace leakrig {
bool is_same_load(const std::vector<Change>& changes) {
  return std::none_of(changes.begin(), changes.end(), [](const Change& change) {
    return change.option.starts_with("/fleet") || change.option.starts_with("/sampling");
  });
}

}  // namespace leakrig
