#include "harness/run/merge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "harness/core/error.h"
#include "harness/core/run_record.h"
#include "harness/core/whole_file.h"
#include "harness/run/shard.h"

namespace leakrig {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// Where in a log the lines of each run stand: stretches of bytes.
using Stretches = std::map<RunKey, std::vector<std::pair<std::streamoff, std::streamoff>>>;

struct GivenShard {
  fs::path directory;
  ShardMark mark;
  json scenario;
  json environment;
  json variants;
  Stretches samples;
  Stretches ledger;
};

std::string called(const GivenShard& shard) {
  return fmt::format("{} ({})", to_string(shard.mark.shard), shard.directory.string());
}

json read_json(const fs::path& file) {
  std::ifstream in(file);
  json read = json::parse(in, nullptr, false);
  if (read.is_discarded()) throw Error(fmt::format("{}: is missing or no JSON", file.string()));
  return read;
}

GivenShard open_shard(const fs::path& directory) {
  GivenShard shard;
  shard.directory = directory;
  const auto mark = read_shard_mark(directory);
  if (!mark) {
    const bool run = fs::exists(directory / run_file::kLedger);
    throw UsageError(fmt::format("{}: is {}", directory.string(),
                                 run ? "a whole run, not a shard of one" : "no run directory of a shard"));
  }
  shard.mark = *mark;
  if (!mark->complete) {
    throw UsageError(
        fmt::format("{}: did not finish; run it again with the same --shard and --out", called(shard)));
  }
  for (const auto& [name, told] :
       {std::pair{run_file::kSamples, mark->samples}, {run_file::kLedger, mark->ledger}}) {
    const ShardMark::File now = measure_file(directory / name);
    if (now == told) continue;
    throw Error(fmt::format("{}: broken {}: {} is not what was recorded: {} bytes, {} were written{}",
                            directory.string(), to_string(mark->shard), name, now.bytes, told.bytes,
                            now.bytes == told.bytes ? ", with another checksum" : ""));
  }
  shard.scenario = read_json(directory / run_file::kScenario);
  return shard;
}

/// Calls take(line, begin, end) for each line of a log.
template <typename Take>
void for_lines(const fs::path& file, const Take& take) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  std::streamoff begin = 0;
  for (int number = 1; std::getline(in, text); ++number) {
    const std::streamoff end = begin + static_cast<std::streamoff>(text.size()) + 1;
    try {
      take(json::parse(text), begin, end);
    } catch (const std::exception& problem) {
      throw Error(fmt::format("{}:{}: {}", file.string(), number, problem.what()));
    }
    begin = end;
  }
}

void add_line(Stretches& stretches, const GivenShard& shard, const json& line, std::streamoff begin,
              std::streamoff end) {
  const RunKey key{line.at("variant").get<std::string>(), line.value(kReplicateKey, 1)};
  const auto& plan = shard.mark.plan;
  const auto place = std::find(plan.begin(), plan.end(), key);
  const auto number = static_cast<int>(place - plan.begin());
  if (place == plan.end() || number % shard.mark.shard.of != shard.mark.shard.index - 1) {
    throw Error(fmt::format("replicate {} of variant {} is no run of {}", key.second, key.first,
                            to_string(shard.mark.shard)));
  }
  auto& of_run = stretches[key];
  if (!of_run.empty() && of_run.back().second == begin) {
    of_run.back().second = end;
  } else {
    of_run.emplace_back(begin, end);
  }
}

void index_logs(GivenShard& shard) {
  for_lines(shard.directory / run_file::kSamples,
            [&](const json& line, std::streamoff begin, std::streamoff end) {
              add_line(shard.samples, shard, line, begin, end);
            });
  for_lines(shard.directory / run_file::kLedger,
            [&](const json& line, std::streamoff begin, std::streamoff end) {
              if (line.at("event") != "run_begin") return add_line(shard.ledger, shard, line, begin, end);
              shard.environment = line.at("environment");
              shard.variants = line.at("variants");
            });
  if (shard.environment.is_null())
    throw Error(fmt::format("{}: broken {}: it has no beginning", shard.directory.string(),
                            to_string(shard.mark.shard)));
}

/// All shards of one run, each once, by number.
std::vector<GivenShard> complete_set(const std::vector<fs::path>& directories) {
  std::map<int, GivenShard> shards;
  for (const auto& directory : directories) {
    GivenShard shard = open_shard(directory);
    if (!shards.empty()) {
      const GivenShard& first = shards.begin()->second;
      const bool other = shard.mark.shard.of != first.mark.shard.of || shard.mark.plan != first.mark.plan ||
                         shard.scenario != first.scenario;
      if (other) {
        throw UsageError(fmt::format(
            "{}: is of another run than {}: {}", called(shard), called(first),
            shard.scenario != first.scenario
                ? "the scenario differs at " +
                      json::diff(first.scenario, shard.scenario).at(0).at("path").get<std::string>()
                : "it was split otherwise"));
      }
      const auto twice = shards.find(shard.mark.shard.index);
      if (twice != shards.end()) {
        throw UsageError(fmt::format("{}: is given twice: {} and {}", to_string(shard.mark.shard),
                                     twice->second.directory.string(), directory.string()));
      }
    }
    const int index = shard.mark.shard.index;
    shards.emplace(index, std::move(shard));
  }
  if (shards.empty()) throw UsageError("no shards are given");
  std::vector<int> missing;
  const int of = shards.begin()->second.mark.shard.of;
  for (int index = 1; index <= of; ++index) {
    if (!shards.contains(index)) missing.push_back(index);
  }
  if (!missing.empty()) {
    throw UsageError(fmt::format("shard{} {} of {} {} missing", missing.size() == 1 ? "" : "s",
                                 fmt::join(missing, ", "), of, missing.size() == 1 ? "is" : "are"));
  }
  std::vector<GivenShard> set;
  for (auto& [index, shard] : shards) set.push_back(std::move(shard));
  return set;
}

std::string as_text(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

json without_date(json environment) {
  environment.erase("date");
  return environment;
}

json merged_environment(const std::vector<GivenShard>& shards) {
  json merged = shards.front().environment;
  json machines = json::array();
  for (const auto& shard : shards) {
    const json& own = shard.environment;
    if (own.value("leakrig", "") != merged.value("leakrig", "")) {
      throw UsageError(fmt::format("{}: was recorded by {}, and {} by {}", called(shard),
                                   own.value("leakrig", "another version"), called(shards.front()),
                                   merged.value("leakrig", "another version")));
    }
    if (own.value("date", "") < merged.value("date", "")) merged["date"] = own["date"];
    const json machine = without_date(own);
    const auto known = std::find_if(machines.begin(), machines.end(),
                                    [&](const json& one) { return one.at("environment") == machine; });
    if (known != machines.end()) {
      (*known)["shards"].push_back(shard.mark.shard.index);
    } else {
      machines.push_back({{"environment", machine}, {"shards", {shard.mark.shard.index}}});
    }
  }
  if (machines.size() == 1) return merged;
  for (auto& [field, value] : merged.items()) {
    if (field == "date") continue;
    std::vector<std::string> values;
    for (const json& machine : machines) {
      const std::string text = as_text(machine.at("environment").value(field, json{}));
      if (std::find(values.begin(), values.end(), text) == values.end()) values.push_back(text);
    }
    if (values.size() > 1) value = fmt::format("{}", fmt::join(values, " and "));
  }
  merged["machines"] = machines;
  return merged;
}

void append_runs(std::ofstream& out, const std::vector<GivenShard>& shards, Stretches GivenShard::*log,
                 const char* name) {
  std::vector<std::ifstream> files;
  for (const auto& shard : shards) files.emplace_back(shard.directory / name, std::ios::binary);
  const auto& plan = shards.front().mark.plan;
  std::string text;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const std::size_t owner = i % shards.size();
    const auto found = (shards[owner].*log).find(plan[i]);
    if (found == (shards[owner].*log).end()) continue;
    for (const auto& [begin, end] : found->second) {
      text.resize(static_cast<std::size_t>(end - begin));
      files[owner].seekg(begin);
      files[owner].read(text.data(), end - begin);
      out << text;
    }
  }
  if (!out.flush()) throw Error(fmt::format("{}: cannot be written", name));
}

/// What else lies in a run directory: the subjects' own output.
void copy_other_files(const GivenShard& shard, const fs::path& out) {
  static const std::set<std::string> kMade{run_file::kScenario, run_file::kSamples, run_file::kLedger,
                                           run_file::kResult,   run_file::kReport,  kShardFile};
  for (const auto& entry : fs::directory_iterator(shard.directory)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && entry.path().extension() == ".log" && !kMade.contains(name)) {
      fs::copy_file(entry.path(), out / name, fs::copy_options::skip_existing);
    }
  }
}

}  // namespace

void merge_shards(const std::vector<fs::path>& directories, const fs::path& out) {
  std::vector<GivenShard> shards = complete_set(directories);
  for (auto& shard : shards) index_logs(shard);
  const json environment = merged_environment(shards);
  for (const char* name : {run_file::kSamples, run_file::kLedger, run_file::kScenario, run_file::kResult}) {
    if (fs::exists(out / name))
      throw UsageError(
          fmt::format("{}: holds a run already; choose another --out, or remove it", out.string()));
  }
  std::error_code ec;
  fs::create_directories(out, ec);
  if (ec) throw UsageError(fmt::format("{}: cannot be made: {}", out.string(), ec.message()));
  write_whole(out / run_file::kScenario, shards.front().scenario.dump(2) + "\n");
  std::ofstream samples(out / run_file::kSamples, std::ios::binary);
  append_runs(samples, shards, &GivenShard::samples, run_file::kSamples);
  std::ofstream ledger(out / run_file::kLedger, std::ios::binary);
  ledger << run_event::run_begin(environment, shards.front().variants.get<std::vector<std::string>>())
                .dump(-1, ' ', false, json::error_handler_t::replace)
         << "\n";
  append_runs(ledger, shards, &GivenShard::ledger, run_file::kLedger);
  for (const auto& shard : shards) copy_other_files(shard, out);
}

}  // namespace leakrig
