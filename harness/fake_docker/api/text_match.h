#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/http/message.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {

/// Whether `text` holds one of these; true where there are none.
bool contains_any(const std::set<std::string>& wanted, const std::string& text);

/// What a prune request takes: by label and age.
struct PruneChoice {
  Filters filters;
  std::optional<Nanos> until;  ///< since the epoch

  /// Throws ApiError 400 for a filter that prune does not know, `all` and `dangling` but where they are allowed.
  static PruneChoice read(const Daemon& daemon, const Request& request, std::string_view also = {});
  bool takes(const Daemon& daemon, Nanos created, const std::map<std::string, std::string>& labels) const;
};

}  // namespace leakrig::api
