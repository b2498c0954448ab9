#include "tests/bench/error_rates/recorded.h"

#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/bench/error_rates/rates.h"

namespace leakrig::stats {

std::filesystem::path recorded_file() {
  return std::filesystem::path{LEAKRIG_ERROR_RATES_FOLDER} / "recorded.jsonl";
}

std::vector<RecordedTrace> load_recorded(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in) {
    throw std::runtime_error("cannot read " + file.string());
  }
  std::vector<RecordedTrace> traces;
  for (std::string line; std::getline(in, line);) {
    const auto object = nlohmann::json::parse(line);
    RecordedTrace trace{object.at("scenario"),
                        object.at("variant"),
                        object.at("metric"),
                        object.at("expected") == "leak" ? Verdict::leak : Verdict::stable,
                        {}};
    object.at("values").get_to(trace.series.values);
    object.at("containers").get_to(trace.series.containers);
    for (std::size_t i = 0; i < trace.series.values.size(); ++i) {
      const double t_s = object.contains("t_s") ? object.at("t_s").at(i).get<double>()
                                                : object.at("step_s").get<double>() * static_cast<double>(i);
      trace.series.minutes.push_back(t_s / 60);
    }
    traces.push_back(std::move(trace));
  }
  return traces;
}

std::string recorded_table(const std::vector<RecordedTrace>& traces, const std::vector<Detector>& detectors) {
  std::string out =
      "| detector | clean: leak | stable | inconclusive | leaking: leak | stable | inconclusive |\n"
      "|---|---|---|---|---|---|---|\n";
  std::string wrong;
  for (const Detector& detector : detectors) {
    Tally clean;
    Tally leaking;
    for (const RecordedTrace& trace : traces) {
      const Verdict verdict = detector.decide(trace.series);
      (trace.expected == Verdict::leak ? leaking : clean).add(verdict);
      if (&detector == &detectors.front() && verdict != trace.expected) {
        wrong += fmt::format("- {}, {}, {}: {}, expected {}\n", trace.scenario, trace.variant, trace.metric,
                             to_string(verdict), to_string(trace.expected));
      }
    }
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", detector.name, clean.leak, clean.stable,
                       clean.inconclusive, leaking.leak, leaking.stable, leaking.inconclusive);
  }
  return out + (wrong.empty() ? "" : "\n" + wrong);
}

}  // namespace leakrig::stats
