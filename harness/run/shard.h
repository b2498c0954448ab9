#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// One machine's part of a run that several make: number `index`, from 1, of `of`.
struct Shard {
  int index = 1;
  int of = 1;
  bool operator==(const Shard&) const = default;
};

/// "2/8". Throws UsageError for what is not I/N with 1 <= I <= N <= 10000.
Shard parse_shard(const std::string& text);

/// "shard 2 of 8".
std::string to_string(const Shard& shard);

/// A shard as the machine around tells it, and the variables that it does so with.
struct FoundShard {
  Shard shard;
  std::string from;
};

/// What a job array says of itself, through `variable` (as getenv):
/// - SLURM_ARRAY_TASK_ID with _COUNT, _MIN and _STEP (sbatch --array): the array's numbers may start
/// anywhere;
/// - JOB_COMPLETION_INDEX (a Kubernetes Indexed Job, from 0), for which LEAKRIG_SHARDS says how many there
/// are;
/// - CI_NODE_INDEX (from 1) with CI_NODE_TOTAL (GitLab's parallel).
/// The first that is set counts. Nothing where none is. Throws UsageError for numbers that cannot be.
std::optional<FoundShard> shard_from_environment(const std::function<const char*(const char*)>& variable);

/// The shard's part of a run plan, in its order: every `of`-th run from number `index` on. So A B B A, a
/// variant's replicates, fall on different machines. May be empty.
std::vector<Variant> part_of(const std::vector<Variant>& plan, const Shard& shard);

/// A variant's name and its replicate.
using RunKey = std::pair<std::string, int>;
std::vector<RunKey> keys_of(const std::vector<Variant>& plan);

/// What shard.json in a shard's run directory says: {"schema": "leakrig/shard/1", "index", "of", "plan":
/// [[variant, replicate], ...] of the whole run, "complete", and of a complete one the size and CRC-32 of its
/// two logs}.
struct ShardMark {
  Shard shard;
  std::vector<RunKey> plan;
  bool complete = false;
  struct File {
    std::uint64_t bytes = 0;
    std::uint32_t crc32 = 0;
    bool operator==(const File&) const = default;
  };
  File samples;
  File ledger;
};

inline constexpr const char* kShardFile = "shard.json";

/// Writes it whole. For a complete one, the logs are measured. Throws Error for a file that cannot be used.
void write_shard_mark(const std::filesystem::path& directory, ShardMark mark);

/// Nothing where there is none. Throws Error naming the file that is not one.
std::optional<ShardMark> read_shard_mark(const std::filesystem::path& directory);

/// A log's size and checksum as they are now. Throws Error where it cannot be read.
ShardMark::File measure_file(const std::filesystem::path& file);

/// Before a shard is run into `directory`: true if the very same shard is there and complete, so that a task
/// that is started again has nothing to do. An unfinished one of the same run is moved aside, to
/// DIRECTORY.unfinished-1. Throws UsageError where another shard or another scenario is there.
bool already_complete(const std::filesystem::path& directory, const ScenarioSpec& scenario,
                      const Shard& shard);

}  // namespace leakrig
