#include "harness/report/samples_csv.h"

#include <fmt/format.h>

#include <iterator>
#include <set>

#include "harness/core/run_record.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

/// Hands over each sample of a variant's replicates with its replicate's number.
template <typename Take>
void each_sample(const RunRecord& record, const Take& take) {
  const auto of_one = [&](const VariantRecord& variant, int replicate) {
    for (const auto& sample : variant.samples) take(variant.name, replicate, sample);
    for (const auto& sample : variant.drain) take(variant.name, replicate, sample);
  };
  for (const auto& variant : record.variants) {
    of_one(variant, 1);
    int replicate = 1;
    for (const auto& further : variant.further) of_one(further, ++replicate);
  }
}

}  // namespace

std::string samples_csv(const RunRecord& record) {
  std::set<std::string> metrics;
  std::set<std::string> rig;
  each_sample(record, [&](const std::string&, int, const Sample& sample) {
    for (const auto& [name, value] : sample.values) metrics.insert(name);
    for (const auto& [name, value] : sample.rig) rig.insert(name);
  });
  std::string out = "variant,replicate,t_s,due_s,missed,drain";
  for (const auto& name : metrics) out += "," + csv_cell(printable(name));
  for (const auto& name : rig) out += "," + csv_cell(printable("rig_" + name));
  out += "\r\n";
  each_sample(record, [&](const std::string& variant, int replicate, const Sample& sample) {
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{}", csv_cell(printable(variant)), replicate,
                   sample.t_s, sample.due_s, sample.missed, sample.drain);
    const auto put = [&](const std::set<std::string>& names, const std::map<std::string, double>& values) {
      for (const auto& name : names) {
        const auto value = values.find(name);
        out += value == values.end() ? "," : fmt::format(",{}", value->second);
      }
    };
    put(metrics, sample.values);
    put(rig, sample.rig);
    out += "\r\n";
  });
  return out;
}

}  // namespace leakrig
