#include "harness/run/run_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace leakrig {

std::vector<Variant> run_plan(const ScenarioSpec& scenario) {
  std::vector<Variant> order = scenario.variants;
  order.insert(order.end(), scenario.controls.begin(), scenario.controls.end());
  std::vector<Variant> plan;
  for (int replicate = 1; replicate <= scenario.replicates; ++replicate) {
    for (auto& variant : order) {
      variant.replicate = replicate;
      plan.push_back(variant);
    }
    std::reverse(order.begin(), order.end());
  }
  return plan;
}

std::string run_label(const Variant& variant) {
  return variant.replicate == 1 ? variant.name : fmt::format("{} ({})", variant.name, variant.replicate);
}

std::string file_stem(const Variant& variant) {
  std::string stem;
  for (const char c : variant.name) {
    if (c != ':') stem += c == ' ' ? '-' : c;  // of a control's name
  }
  return variant.replicate == 1 ? stem : fmt::format("{}.{}", stem, variant.replicate);
}

}  // namespace leakrig
