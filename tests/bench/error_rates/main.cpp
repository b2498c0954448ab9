#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/bench/error_rates/outcome.h"
#include "tests/bench/error_rates/rates.h"
#include "tests/bench/error_rates/recorded.h"

namespace {

using namespace leakrig::stats;

/// A row is printed when it is known, so that a long run can be watched and cut short.
void print_table(const std::vector<Cell>& cells, const std::vector<double>& rates,
                 const GrowthOptions& engine, const CorpusOptions& corpus, const RatesPlan& plan,
                 bool forecasts) {
  fmt::print("{:g} minutes, {} traces a cell and leak rate, seed {} (percent)\n\n{}", corpus.minutes,
             plan.traces, plan.seed, outcome_head());
  for (const Cell cell : cells) {
    std::array<Outcome, kRates.size()> outcomes;
    for (std::size_t i = 0; i < kRates.size(); ++i) {
      if (std::find(rates.begin(), rates.end(), kRates[i]) != rates.end())
        outcomes[i] = outcome(cell, kRates[i], engine, corpus, plan, forecasts);
    }
    fmt::print("{}", outcome_row(cell, outcomes));
    std::fflush(stdout);
  }
}

}  // namespace

/// Prints how often the engine and the naive detectors err on simulated traces, as Markdown.
int main(int argc, char** argv) {
  CorpusOptions corpus;
  RatesPlan plan;
  std::vector<double> minutes = {5, 15};
  std::vector<std::string> cell_names;
  GrowthOptions engine;
  bool only_ours = false;
  bool recorded = false;
  bool looks = false;
  bool table = false;
  bool forecasts = false;
  std::vector<double> rates{kRates.begin(), kRates.end()};
  CLI::App app(
      "How often growth verdicts are wrong, on simulated traces\nExample: error_rates --traces 2000 "
      "--minutes 5,15");
  app.add_option("--traces", plan.traces, "Traces a cell and leak rate")->capture_default_str();
  app.add_option("--minutes", minutes, "Lengths of the traces")->delimiter(',')->capture_default_str();
  app.add_option("--seed", plan.seed, "Seed of the traces")->capture_default_str();
  app.add_option("--threads", plan.threads, "Worker threads")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--cell", cell_names, "Only these cells (substring of the name)")->delimiter(',');
  app.add_option("--confidence", engine.confidence, "The engine's confidence")->capture_default_str();
  app.add_flag("--only-ours", only_ours, "Leave the naive detectors out");
  app.add_flag("--stop-when-sure", looks, "Ours, with early looks, alone");
  app.add_flag("--table", table, "The engine's table, with coverage of its intervals and pairs of one rate");
  app.add_flag("--forecasts", forecasts, "With --table: try how long a run the engine says would decide");
  app.add_option("--rates", rates, "With --table: only these of the leak rates")->delimiter(',');
  app.add_flag("--recorded", recorded, "Traces of real runs instead");
  const std::vector<std::pair<const char*, double*>> shape = {
      {"--hz", &corpus.hz},
      {"--base", &corpus.base},
      {"--noise-sd", &corpus.noise_sd},
      {"--near-phi", &corpus.near_phi},
      {"--far-phi", &corpus.far_phi},
      {"--containers", &corpus.containers},
      {"--container-life-s", &corpus.container_life_s},
      {"--units-per-container", &corpus.units_per_container},
      {"--cycle-units", &corpus.cycle_units},
      {"--cycle-s", &corpus.cycle_s},
      {"--unknown-cycle-from-s", &corpus.unknown_cycle_from_s},
      {"--unknown-cycle-to-s", &corpus.unknown_cycle_to_s},
      {"--warmup-units", &corpus.warmup_units},
      {"--warmup-tau-s", &corpus.warmup_tau_s},
      {"--burst-per-min", &corpus.burst_per_min},
      {"--burst-units-from", &corpus.burst_units_from},
      {"--burst-units-to", &corpus.burst_units_to},
      {"--burst-s-from", &corpus.burst_s_from},
      {"--burst-s-to", &corpus.burst_s_to},
      {"--step-units", &corpus.step_units}};
  for (const auto& [flag, target] : shape) {
    app.add_option(flag, *target, "Shape of the traces")->capture_default_str();
  }
  app.add_flag("--burst-decays", corpus.burst_decays, "Bursts decay instead of ending at once");
  CLI11_PARSE(app, argc, argv);

  if (recorded) {
    fmt::print("{}", recorded_table(load_recorded(recorded_file()), all_detectors(engine)));
    return 0;
  }
  std::vector<Cell> cells;
  for (const Cell cell : all_cells()) {
    bool wanted = cell_names.empty();
    for (const std::string& name : cell_names) {
      wanted = wanted || to_string(cell).find(name) != std::string_view::npos;
    }
    if (wanted) {
      cells.push_back(cell);
    }
  }
  for (const double length : minutes) {
    corpus.minutes = length;
    if (table) {
      print_table(cells, rates, engine, corpus, plan, forecasts);
      continue;
    }
    for (const Detector& detector :
         looks ? std::vector<Detector>{early_looks(engine)} : all_detectors(engine)) {
      fmt::print("{}\n", markdown_table(detector, cells, corpus, plan));
      if (only_ours) {
        break;
      }
    }
  }
  return 0;
}
