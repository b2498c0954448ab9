#include "harness/readings/forms/form.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

constexpr const char* kTagsAreMixed =
    "k6's tags (check, method, status, url ...) are not told apart: at each time a metric's mean counts, or "
    "its sum";

std::string first_line(std::string_view head) {
  std::string line = lower_case(head.substr(0, head.find_first_of("\r\n")));
  std::erase(line, '"');
  return line;
}

/// What k6 measures by itself; others are a script's own.
std::pair<Hint, std::string> k6_metric(const std::string& name) {
  if (is_one_of(name, {"http_reqs", "iterations", "data_sent", "data_received", "dropped_iterations",
                       "ws_sessions", "ws_msgs_sent", "ws_msgs_received", "grpc_streams"}))
    return {Hint::increments, "k6 counts it"};
  if (is_one_of(name, {"http_req_failed", "checks"})) return {Hint::share, "a share of requests or checks"};
  if (name == "vus") return {Hint::load, "virtual users"};
  if (name == "vus_max") return {Hint::own, "k6's own limit"};
  if (name.starts_with("http_req_") || name.ends_with("_duration") || name.starts_with("ws_") ||
      name.starts_with("grpc_") || name.starts_with("browser_"))
    return {Hint::duration, "how long something takes"};
  return {Hint::none, ""};
}

}  // namespace

bool is_k6(std::string_view head) {
  const auto line = first_line(head);
  return line.starts_with("metric_name,timestamp,metric_value");
}

void read_k6(TextInput& in, RawTable& table) {
  read_csv(in, table);
  table.time_column = "timestamp";
  for (auto& column : table.columns) {
    if (column.name == "metric_name") {
      column.hint = Hint::metric_name;
    } else if (column.name == "metric_value") {
      column.hint = Hint::metric_value;
    } else if (column.name != "timestamp") {
      column.hint = Hint::own;
    }
  }
  table.hint_of_counter = k6_metric;
  table.notes.push_back(kTagsAreMixed);
}

bool is_k6_json(std::string_view head) {
  std::string line{head.substr(0, head.find_first_of("\r\n"))};
  std::erase(line, ' ');
  return line.starts_with('{') && line.find("\"metric\"") != std::string_view::npos &&
         (line.find("\"type\":\"Metric\"") != std::string_view::npos ||
          line.find("\"type\":\"Point\"") != std::string_view::npos);
}

void read_k6_json(TextInput& in, RawTable& table) {
  read_json_rows(in, table);
  table.time_column = "data.time";
  for (auto& column : table.columns) {
    if (column.name == "metric") {
      column.hint = Hint::metric_name;
    } else if (column.name == "data.value") {
      column.hint = Hint::metric_value;
    } else if (column.name != "data.time") {
      column.hint = Hint::own;
    }
  }
  table.hint_of_counter = k6_metric;
  table.notes.push_back(kTagsAreMixed);
}

bool is_dotnet_counters(std::string_view head) {
  const auto line = first_line(head);
  return line.starts_with("timestamp,provider,counter name,");
}

void read_dotnet_counters(TextInput& in, RawTable& table) {
  read_csv(in, table);
  for (auto& column : table.columns) {
    const auto joined = joined_words(column.name);
    if (joined == "timestamp") table.time_column = column.name;
    if (joined == "counter_name") column.hint = Hint::metric_name;
    if (joined.starts_with("mean")) column.hint = Hint::metric_value;
  }
}

}  // namespace leakrig
