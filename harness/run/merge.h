#pragma once

#include <filesystem>
#include <vector>

namespace leakrig {

/// Joins the run directories of all shards of one run, given in any order, into the run directory `out`: what
/// one machine would have recorded with --jobs 1, run after run in the plan's order. Of the environment, the
/// date is the earliest; where the machines differ in anything else, a field has all its values, and
/// "machines" says which shards ran on which. Throws UsageError naming the shard that is missing, given
/// twice, of another run or unfinished, and where `out` holds a run already; Error naming file and line of
/// one that was changed or is broken. Nothing is written then.
void merge_shards(const std::vector<std::filesystem::path>& directories, const std::filesystem::path& out);

}  // namespace leakrig
