#include <nlohmann/json.hpp>
#include <string>

#include "harness/readings/row_taker.h"

namespace leakrig {
namespace {

constexpr std::size_t kLongestLine = 1 << 20;

void take_object(const nlohmann::json& object, RowTaker& rows) {
  if (!object.is_object()) rows.fail("not an object");
  if (object.value("missed", false)) return;
  if (object.contains("variant") && object.at("variant").is_string() &&
      !rows.of_variant(object.at("variant").get<std::string>()))
    return;
  if (object.value("drain", false)) return;  // read with the load off
  if (object.contains("t_s") && object.at("t_s").is_number()) {
    rows.begin_row(object.at("t_s").get<double>());
  } else if (object.contains("time") && object.at("time").is_string()) {
    rows.begin_row(rows.time_from(object.at("time").get<std::string>(), true));
  } else {
    rows.fail("no time: t_s as a number, or time as ISO 8601");
  }
  const auto number = [&](const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number() ? found->get<double>() : kNoReading;
  };
  rows.set_containers(number("containers"));
  rows.set_cycle(number("cycle_s"));
  for (const auto& [name, value] : object.items()) {
    if (!rows.wanted(name)) continue;
    if (value.is_number()) rows.add(name, value.get<double>());
    if (value.is_null()) rows.add(name, kNoReading);
  }
}

}  // namespace

void read_json_lines(std::istream& in, std::string begun, RowTaker& rows) {
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line) || !begun.empty(); ++number) {
    line.insert(0, begun);
    begun.clear();
    rows.set_line(number);
    if (line.size() > kLongestLine) rows.fail("a line of more than 1 MiB");
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (object.is_discarded()) rows.fail("not JSON");
    take_object(object, rows);
    line.clear();
  }
}

}  // namespace leakrig
