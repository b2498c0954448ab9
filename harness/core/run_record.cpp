#include "harness/core/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>

#include "harness/core/error.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr std::array kOutcomeNames{"completed",   "interrupted", "died",
                                   "never_ready", "rig_failed",  "unfinished"};

Outcome outcome_from_name(const std::string& name) {
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    if (name == kOutcomeNames[i]) return static_cast<Outcome>(i);
  }
  throw Error("unknown outcome \"" + name + "\"");
}

/// Calls `take` for each line. Only the last line may be broken: it is what a kill cuts short.
void read_lines(const std::filesystem::path& file, const std::function<void(const json&)>& take) {
  std::ifstream in(file);
  if (!in) return;  // killed before the first line
  std::string text;
  std::string broken;
  for (int line = 1; std::getline(in, text); ++line) {
    if (!broken.empty()) throw Error(broken);
    const json parsed = json::parse(text, nullptr, false);
    if (parsed.is_discarded()) {
      broken = fmt::format("{}:{}: not a line of JSON", file.string(), line);
      continue;
    }
    try {
      take(parsed);
    } catch (const std::exception& e) {
      throw Error(fmt::format("{}:{}: {}", file.string(), line, e.what()));
    }
  }
}

constexpr int kMostReplicates = 1000;

VariantRecord not_begun(const std::string& name) {
  VariantRecord record;
  record.name = name;
  record.detail = "it was not begun";
  return record;
}

VariantRecord& variant_named(RunRecord& record, const std::string& name) {
  for (auto& variant : record.variants) {
    if (variant.name == name) return variant;
  }
  return record.variants.emplace_back(not_begun(name));
}

/// The replicate that a line belongs to.
VariantRecord& replicate_of(RunRecord& record, const json& line) {
  VariantRecord& first = variant_named(record, line.at("variant").get<std::string>());
  const int replicate = line.value(kReplicateKey, 1);
  if (replicate < 1 || replicate > kMostReplicates) throw Error("no such replicate");
  if (replicate == 1) return first;
  while (static_cast<int>(first.further.size()) < replicate - 1)
    first.further.push_back(not_begun(first.name));
  return first.further[static_cast<std::size_t>(replicate) - 2];
}

AuditFacts audit_facts_of(const json& line) {
  AuditFacts facts;
  facts.met = line.at("met").get<bool>();
  facts.why_not = line.value("why_not", "");
  facts.recovered = line.at("recovered").get<bool>();
  facts.missing = line.value("missing", "");
  facts.recovery_s = line.value("recovery_s", 0.0);
  facts.down_s = line.value("down_s", 0.0);
  facts.requests_down = line.value("requests_down", std::uint64_t{0});
  facts.longest_pause_s = line.value("longest_pause_s", 0.0);
  facts.storms = line.value("storms", false);
  facts.cpu_before = line.value("cpu_before", 0.0);
  facts.cpu_after = line.value("cpu_after", 0.0);
  return facts;
}

void take_ledger_line(RunRecord& record, const json& line) {
  const auto event = line.at("event").get<std::string>();
  if (event == "run_begin") {
    record.environment = line.at("environment");
    const int replicates = record.scenario.value("replicates", 1);
    for (const auto& name : line.at("variants")) {
      replicate_of(record, {{"variant", name}, {kReplicateKey, std::clamp(replicates, 1, kMostReplicates)}});
    }
    return;
  }
  auto& variant = replicate_of(record, line);
  if (event == "variant_begin") {
    variant.subject_pid = line.at("subject_pid").get<pid_t>();
    variant.detail = "the rig was killed before it ended";
  } else if (event == "delivery") {
    variant.deliveries.push_back({line.at("t_s").get<double>(), delivery_from_json(line)});
  } else if (event == "audit") {
    variant.audit = audit_facts_of(line);
  } else if (event == "variant_end") {
    variant.outcome = outcome_from_name(line.at("outcome").get<std::string>());
    variant.detail = line.value("detail", "");
    variant.wall_s = line.value("wall_s", 0.0);
    if (const auto look = line.find("look"); look != line.end()) {
      variant.look = {look->at("look").get<int>(), look->at("looks").get<int>(),
                      look->at("t_s").get<double>(), look->value("first", 1)};
      const auto& [number, looks, unused, first] = *variant.look;
      if (number < 1 || number > looks || first < 1 || first > looks) throw Error("no such look");
    }
  } else {
    variant.ledger.push_back(ledger_entry_from_json(line));
  }
}

}  // namespace

const char* to_string(Outcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

RunRecord load_run_record(const std::filesystem::path& directory) {
  const auto scenario_file = directory / run_file::kScenario;
  std::ifstream in(scenario_file);
  if (!in) {
    throw UsageError(
        fmt::format("{}: not a run directory: it has no {}", directory.string(), run_file::kScenario));
  }
  RunRecord record;
  record.scenario = json::parse(in, nullptr, false);
  if (record.scenario.is_discarded()) throw Error(fmt::format("{}: not JSON", scenario_file.string()));
  read_lines(directory / run_file::kLedger, [&](const json& line) { take_ledger_line(record, line); });
  read_lines(directory / run_file::kSamples, [&](const json& line) {
    Sample sample = sample_from_json(line);
    auto& variant = replicate_of(record, line);
    (sample.drain ? variant.drain : variant.samples).push_back(std::move(sample));
  });
  return record;
}

namespace run_event {

json run_begin(const json& environment, const std::vector<std::string>& variants) {
  return {{"event", "run_begin"}, {"environment", environment}, {"variants", variants}};
}

json variant_begin(const std::string& variant, pid_t subject_pid) {
  return {{"event", "variant_begin"}, {"variant", variant}, {"subject_pid", subject_pid}};
}

json delivery(const std::string& variant, const DeliveryReading& reading) {
  json line = to_json(reading.delivery);
  line["event"] = "delivery";
  line["variant"] = variant;
  line["t_s"] = reading.t_s;
  return line;
}

json audit(const std::string& variant, const AuditFacts& facts) {
  json line{{"event", "audit"},
            {"variant", variant},
            {"met", facts.met},
            {"recovered", facts.recovered},
            {"recovery_s", facts.recovery_s},
            {"down_s", facts.down_s},
            {"requests_down", facts.requests_down},
            {"longest_pause_s", facts.longest_pause_s},
            {"storms", facts.storms},
            {"cpu_before", facts.cpu_before},
            {"cpu_after", facts.cpu_after}};
  if (!facts.why_not.empty()) line["why_not"] = facts.why_not;
  if (!facts.missing.empty()) line["missing"] = facts.missing;
  return line;
}

json variant_end(const std::string& variant, Outcome outcome, const std::string& detail, double wall_s,
                 const std::optional<Look>& look) {
  json line{
      {"event", "variant_end"}, {"variant", variant}, {"outcome", to_string(outcome)}, {"wall_s", wall_s}};
  if (!detail.empty()) line["detail"] = detail;
  if (look) {
    line["look"] = {{"look", look->look}, {"looks", look->looks}, {"t_s", look->t_s}, {"first", look->first}};
  }
  return line;
}

}  // namespace run_event

}  // namespace leakrig
