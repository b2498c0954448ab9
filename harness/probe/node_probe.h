#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/probe/probe.h"

namespace leakrig {

/// What an evaluation of the probe's expression answered, as groups: "node_handle" (open resources by type, as
/// process.getActiveResourcesInfo() names them) and "node_heap" (KiB by heap space). Nothing is added for a message of
/// another kind.
void add_node_groups(std::string_view message, Groups& groups);

/// What an answer to HeapProfiler.getSamplingProfile says is alive, as group "node_allocation": KiB by the function and
/// line of the program itself that allocated it, or called what did; the hundred largest.
void add_node_allocations(std::string_view message, Groups& groups);

/// A probe that asks Node's inspector at table rows, over one WebSocket that stays open (Chrome DevTools Protocol,
/// Runtime.evaluate, and the sampling heap profiler, which runs from here on). `url`: of the inspector's HTTP server. Null where no script can be reached there. Bounded: an
/// answer has two seconds, after that the inspector is not asked any more.
std::unique_ptr<Probe> connect_to_node(const std::string& url);

}  // namespace leakrig
