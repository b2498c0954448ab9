#include "harness/run/shard.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/run_record.h"
#include "harness/core/text_fields.h"
#include "harness/core/whole_file.h"
#include "harness/run/recorder.h"
#include "harness/run/run_plan.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr int kMostShards = 10'000;
constexpr const char* kSchema = "leakrig/shard/1";

Shard checked(int index, int of, const std::string& said) {
  if (of < 1 || of > kMostShards || index < 1 || index > of) {
    throw UsageError(
        fmt::format("{}: no such shard; of N shards, 1 to {}, there are numbers 1 to N", said, kMostShards));
  }
  return {index, of};
}

class Variables {
 public:
  explicit Variables(const std::function<const char*(const char*)>& variable) : variable_(variable) {}
  bool set(const char* name) const {
    const char* text = variable_(name);
    return text != nullptr && *text != 0;
  }
  int number(const char* name) const {
    const std::string text = set(name) ? variable_(name) : "";
    if (const auto number = whole_number<int>(text)) return *number;
    throw UsageError(
        fmt::format("{} is \"{}\", which is no whole number; --shard I/N says what it is", name, text));
  }

 private:
  const std::function<const char*(const char*)>& variable_;
};

FoundShard slurm_shard(const Variables& variables) {
  const int id = variables.number("SLURM_ARRAY_TASK_ID");
  const int count = variables.number("SLURM_ARRAY_TASK_COUNT");
  const int first = variables.set("SLURM_ARRAY_TASK_MIN") ? variables.number("SLURM_ARRAY_TASK_MIN") : 0;
  const int step = variables.set("SLURM_ARRAY_TASK_STEP") ? variables.number("SLURM_ARRAY_TASK_STEP") : 1;
  const std::string from = fmt::format("SLURM_ARRAY_TASK_ID {} of {}", id, count);
  if (step < 1 || id < first || (id - first) % step != 0) {
    throw UsageError(from + ": its place in the array is not known; give --shard I/N");
  }
  return {checked((id - first) / step + 1, count, from), from};
}

}  // namespace

Shard parse_shard(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto index = whole_number<int>(std::string_view{text}.substr(0, slash));
  const auto of =
      slash == std::string::npos ? std::nullopt : whole_number<int>(std::string_view{text}.substr(slash + 1));
  if (!index || !of) throw UsageError(fmt::format("--shard {}: is not I/N, for example 2/8", text));
  return checked(*index, *of, "--shard " + text);
}

std::string to_string(const Shard& shard) {
  return fmt::format("shard {} of {}", shard.index, shard.of);
}

std::optional<FoundShard> shard_from_environment(const std::function<const char*(const char*)>& variable) {
  const Variables variables(variable);
  if (variables.set("SLURM_ARRAY_TASK_ID")) return slurm_shard(variables);
  if (variables.set("JOB_COMPLETION_INDEX")) {
    if (!variables.set("LEAKRIG_SHARDS")) {
      throw UsageError(
          "JOB_COMPLETION_INDEX is set, but not of how many: set LEAKRIG_SHARDS to the job's completions, or "
          "give "
          "--shard I/N (1/1 runs everything)");
    }
    const int index = variables.number("JOB_COMPLETION_INDEX");
    const int of = variables.number("LEAKRIG_SHARDS");
    const std::string from = fmt::format("JOB_COMPLETION_INDEX {}, LEAKRIG_SHARDS {}", index, of);
    return FoundShard{checked(index + 1, of, from), from};
  }
  if (variables.set("CI_NODE_INDEX") && variables.set("CI_NODE_TOTAL")) {
    const int index = variables.number("CI_NODE_INDEX");
    const int of = variables.number("CI_NODE_TOTAL");
    const std::string from = fmt::format("CI_NODE_INDEX {}, CI_NODE_TOTAL {}", index, of);
    return FoundShard{checked(index, of, from), from};
  }
  return std::nullopt;
}

std::vector<Variant> part_of(const std::vector<Variant>& plan, const Shard& shard) {
  std::vector<Variant> part;
  for (auto i = static_cast<std::size_t>(shard.index - 1); i < plan.size();
       i += static_cast<std::size_t>(shard.of)) {
    part.push_back(plan[i]);
  }
  return part;
}

std::vector<RunKey> keys_of(const std::vector<Variant>& plan) {
  std::vector<RunKey> keys;
  for (const auto& variant : plan) keys.emplace_back(variant.name, variant.replicate);
  return keys;
}

ShardMark::File measure_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(fmt::format("{}: cannot be read", file.string()));
  ShardMark::File measured;
  std::array<char, 65536> buffer{};
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0) {
    measured.bytes += static_cast<std::uint64_t>(in.gcount());
    measured.crc32 = static_cast<std::uint32_t>(::crc32(
        measured.crc32, reinterpret_cast<const Bytef*>(buffer.data()), static_cast<uInt>(in.gcount())));
  }
  return measured;
}

void write_shard_mark(const std::filesystem::path& directory, ShardMark mark) {
  json text{
      {"schema", kSchema}, {"index", mark.shard.index}, {"of", mark.shard.of}, {"complete", mark.complete}};
  text["plan"] = mark.plan;
  if (mark.complete) {
    for (const char* name : {run_file::kSamples, run_file::kLedger}) {
      const ShardMark::File measured = measure_file(directory / name);
      text["files"][name] = {{"bytes", measured.bytes}, {"crc32", measured.crc32}};
    }
  }
  write_whole(directory / kShardFile, text.dump(2) + "\n");
}

std::optional<ShardMark> read_shard_mark(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / kShardFile;
  std::ifstream in(file);
  if (!in) return std::nullopt;
  try {
    const json text = json::parse(in);
    if (text.at("schema") != kSchema) throw Error("its schema is not " + std::string{kSchema});
    ShardMark mark;
    mark.shard = checked(text.at("index").get<int>(), text.at("of").get<int>(), "its index");
    mark.plan = text.at("plan").get<std::vector<RunKey>>();
    mark.complete = text.at("complete").get<bool>();
    if (mark.complete) {
      const auto file_of = [&](const char* name) {
        const json& entry = text.at("files").at(name);
        return ShardMark::File{entry.at("bytes").get<std::uint64_t>(),
                               entry.at("crc32").get<std::uint32_t>()};
      };
      mark.samples = file_of(run_file::kSamples);
      mark.ledger = file_of(run_file::kLedger);
    }
    return mark;
  } catch (const std::exception& problem) {
    throw Error(fmt::format("{}: is no shard's mark: {}", file.string(), problem.what()));
  }
}

bool already_complete(const std::filesystem::path& directory, const ScenarioSpec& scenario,
                      const Shard& shard) {
  const auto mark = read_shard_mark(directory);
  if (!mark) return false;
  std::ifstream in(directory / run_file::kScenario);
  const json there = json::parse(in, nullptr, false);
  const bool begun = !there.is_discarded();
  if (mark->shard != shard || mark->plan != keys_of(run_plan(scenario)) ||
      (begun && there != document_without_logins(json::parse(scenario.document)))) {
    throw UsageError(fmt::format("{}: holds {} of another run; choose another --out, or remove it",
                                 directory.string(), to_string(mark->shard)));
  }
  if (mark->complete) return true;
  std::filesystem::path aside;
  for (int i = 1; aside.empty() || std::filesystem::exists(aside); ++i) {
    aside = fmt::format("{}.unfinished-{}", directory.string(), i);
  }
  std::filesystem::rename(directory, aside);
  return false;
}

}  // namespace leakrig
