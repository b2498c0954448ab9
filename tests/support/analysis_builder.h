#pragma once

#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"
#include "harness/analysis/analyze.h"
#include "harness/core/run_record.h"
#include "tests/support/record_builder.h"

namespace leakrig {

/// Task 3 in miniature: two variants that leak alike, with superseded streams behind it.
inline Analysis task3_analysis() {
  RunRecord record;
  record.scenario =
      nlohmann::json::parse(R"({"name":"task3","title":"DisableKeepAlives","baseline":"keepalives-on",
    "subject":{"collector":{"docker":{"transport":{"disable_keep_alives":false}}}},
    "variants":{"keepalives-on":{},"keepalives-off":{"subject":{"collector":{
      "docker":{"transport":{"disable_keep_alives":true}},"loki":{"transport":{"disable_keep_alives":true}}}}}},
    "expect":{"keepalives-on":{"threads":"leak"},"keepalives-off":{"threads":"leak","versus_baseline":"identical"}}})");
  record.environment = {{"host", "x86_64"}, {"date", "2025-11-06T10:00:00Z"}};
  record.variants = {
      VariantBuilder("keepalives-on").threads(128, 32).streams(3.75, 0).delivered(4800, 0).build(),
      VariantBuilder("keepalives-off").threads(128, 32).streams(3.75, 0).delivered(4800, 0).build()};
  return analyze(record);
}

/// One variant with a replicate for each rate.
inline RunRecord replicates_of(const std::vector<double>& rates) {
  RunRecord record;
  record.scenario = nlohmann::json::parse(R"({"name":"s","variants":{"a":{}}})");
  record.scenario["replicates"] = rates.size();
  for (const double rate : rates) {
    VariantRecord replicate =
        VariantBuilder("a").threads(100, rate).delivered(1000, rate > 30 ? 1 : 0).build();
    if (record.variants.empty()) {
      record.variants.push_back(std::move(replicate));
    } else {
      record.variants[0].further.push_back(std::move(replicate));
    }
  }
  return record;
}

}  // namespace leakrig
