#include "harness/readings/forms/form.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/readings/words.h"

namespace leakrig {

const std::vector<Form>& forms() {
  static const std::vector<Form> table{
      {"prometheus", "a Prometheus answer to query or query_range", is_prometheus_json, read_prometheus_json},
      {"leakrig", "leakrig's own samples.jsonl", is_leakrig_jsonl, read_leakrig_jsonl},
      {"k6-json", "the JSON Lines of k6", is_k6_json, read_k6_json},
      {"json-series", "JSON with several series", is_series_json, read_series_json},
      {"json", "a JSON array of rows", is_json_array, read_json_rows},
      {"jsonl", "JSON Lines", is_json_lines, read_json_rows},
      {"top", "the output of top -b", is_top, read_top},
      {"pidstat", "the output of pidstat", is_pidstat, read_pidstat},
      {"sar", "the output of sar", is_sar, read_sar},
      {"vmstat", "the output of vmstat", is_vmstat, read_vmstat},
      {"free", "the output of free", is_free, read_free},
      {"docker-stats", "the output of docker stats", is_docker_stats, read_docker_stats},
      {"mprof", "a record of mprof", is_mprof, read_mprof},
      {"psrecord", "a log of psrecord", is_psrecord, read_psrecord},
      {"openmetrics", "Prometheus or OpenMetrics text with time stamps", is_openmetrics, read_openmetrics},
      {"k6", "a CSV of k6", is_k6, read_k6},
      {"dotnet-counters", "a CSV of dotnet-counters", is_dotnet_counters, read_dotnet_counters},
      {"leakrig-csv", "leakrig's own samples as CSV", is_leakrig_csv, read_leakrig_csv},
      {"influx", "InfluxDB's line protocol", is_line_protocol, read_line_protocol},
      {"logfmt", "lines of KEY=VALUE", is_logfmt, read_logfmt},
      {"status", "lines of KEY: VALUE, as /proc/PID/status has them", is_status, read_status},
      {"blanks", "columns between blanks", is_blank_separated, read_blank_separated},
      {"csv", "CSV", is_csv, read_csv},
  };
  return table;
}

const Form& form_of(const TextInput& in, const std::string& wanted) {
  const auto& all = forms();
  if (wanted.empty()) {
    if (trimmed(in.head()).find_first_not_of("\n\r\t ") == std::string_view::npos)
      in.fail("empty: there are no samples in it");
    return *std::find_if(all.begin(), all.end(), [&](const Form& form) { return form.recognise(in.head()); });
  }
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Form& form) { return wanted == form.name; });
  if (found != all.end()) return *found;
  std::string names;
  for (const auto& form : all) names += (names.empty() ? "" : ", ") + std::string{form.name};
  throw UsageError(fmt::format("--input {}: there are {}", wanted, names));
}

}  // namespace leakrig
