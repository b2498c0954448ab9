#include "harness/readings/forms/series_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/readings/forms/form.h"
#include "harness/readings/forms/series_table.h"
#include "harness/readings/time_column.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestDocument = std::size_t{32} << 20U;
constexpr std::size_t kMostInArray = 16;
constexpr int kMostDepth = 64;

using Labels = std::map<std::string, std::string>;

struct Field {
  std::string name;
  Labels labels;
};

/// What is around a node.
struct Surroundings {
  std::string key;  ///< the nearest
  Labels labels;
  std::vector<Field> fields;  ///< the names of the columns of an array of arrays
};

bool is_scalar(const json& node) {
  return node.is_primitive() && !node.is_null();
}

std::string text_of(const json& node) {
  if (node.is_string()) return node.get<std::string>();
  return node.is_null() ? std::string{} : node.dump();
}

bool is_time(const json& node) {
  return (node.is_string() || node.is_number()) && is_point_in_time(text_of(node));
}

/// {"$date": "..."} of MongoDB is what is in it.
const json& unwrapped(const json& node) {
  const bool wrapped = node.is_object() && node.size() == 1 && node.begin().key().starts_with('$');
  return wrapped ? node.begin().value() : node;
}

/// Which of the members, or elements, is a time in each of the rows.
template <typename Row>
std::optional<std::size_t> time_among(const json& rows, std::size_t width, const Row& cell) {
  for (std::size_t i = 0; i < width; ++i) {
    bool all = !rows.empty();
    for (const auto& row : rows) all = all && is_time(cell(row, i));
    if (all) return i;
  }
  return std::nullopt;
}

bool is_general(const std::string& key) {
  return is_one_of(lower_case(key),
                   {"", "value", "values", "v", "y", "val", "datapoints", "points", "pointlist", "data",
                    "series", "samples", "average", "mean", "dps", "rows", "results", "result"});
}

class Document {
 public:
  Document(RawTable& table, std::uint64_t line) : series_(table, "time"), line_(line) {}

  void visit(const json& node, Surroundings context, int depth) {
    if (depth > kMostDepth) return;
    if (node.is_object()) visit_object(node, std::move(context), depth);
    if (node.is_array()) visit_array(node, context, depth);
    numbers_ += node.is_number() ? 1 : 0;
  }
  std::size_t readings() const { return readings_; }
  std::size_t numbers_beside() const { return numbers_; }

 private:
  void visit_object(const json& node, Surroundings context, int depth) {
    for (const auto& [key, value] : node.items()) {
      if (value.is_string() && !is_time(value)) context.labels[key] = value.get<std::string>();
      if (is_one_of(key, {"labels", "tags", "metric", "dimensions"}) && value.is_object())
        add_labels(value, context);
      if (is_one_of(key, {"columns", "fields", "header", "names", "schema"})) take_fields(value, context);
    }
    if (take_keyed(node, context) || take_columns(node, context)) return;
    for (const auto& [key, value] : node.items()) {
      if (is_one_of(key, {"labels", "tags", "dimensions", "schema", "columns", "fields"}) ||
          (key == "metric" && value.is_object()))
        continue;
      Surroundings inner = context;
      if (!is_general(key)) inner.key = key;
      visit(value, std::move(inner), depth + 1);
    }
  }
  static void add_labels(const json& object, Surroundings& context) {
    for (const auto& [key, value] : object.items()) {
      if (is_scalar(value)) context.labels[key] = text_of(value);
    }
  }
  static void take_fields(const json& node, Surroundings& context) {
    const json& list = node.is_object() && node.contains("fields") ? node["fields"] : node;
    if (!list.is_array()) return;
    context.fields.clear();
    for (const auto& field : list) {
      Field one{field.is_string() ? field.get<std::string>() : std::string{}, {}};
      if (field.is_object() && field.contains("name")) one.name = text_of(field["name"]);
      if (field.is_object() && field.contains("labels") && field["labels"].is_object()) {
        for (const auto& [key, value] : field["labels"].items()) one.labels[key] = text_of(value);
      }
      context.fields.push_back(std::move(one));
    }
  }

  /// {"10:00:00": 5, "10:01:00": 6}, or objects in the place of the numbers.
  bool take_keyed(const json& node, const Surroundings& context) {
    std::size_t times = 0;
    for (const auto& member : node.items()) times += is_point_in_time(member.key()) ? 1 : 0;
    if (times < 2 || times != node.size()) return false;
    for (const auto& [time, value] : node.items()) take_cells(unwrapped(value), context, time, "", 0);
    return true;
  }
  /// {"times": [...], "values": [...]}
  bool take_columns(const json& node, const Surroundings& context) {
    std::string time;
    std::size_t arrays = 0;
    for (const auto& [key, value] : node.items()) {
      const bool column =
          value.is_array() && value.size() > 1 &&
          std::all_of(value.begin(), value.end(), [](const json& e) { return e.is_primitive(); });
      if (!column) continue;
      ++arrays;
      const bool times = std::all_of(value.begin(), value.end(), is_time) || is_time_name(key);
      if (time.empty() && times) time = key;
    }
    if (time.empty() || arrays < 2) return false;
    for (const auto& [key, value] : node.items()) {
      if (key == time || !value.is_array() || value.size() != node[time].size()) continue;
      for (std::size_t i = 0; i < value.size(); ++i)
        take_cells(value[i], context, text_of(node[time][i]), key, 0);
    }
    return true;
  }

  void visit_array(const json& node, const Surroundings& context, int depth) {
    if (take_rows(node, context) || take_arrays(node, context)) return;
    for (const auto& element : node) visit(element, context, depth + 1);
  }
  /// [{"time": ..., "threads": ...}]
  bool take_rows(const json& node, const Surroundings& context) {
    std::size_t rows = 0;
    for (const auto& row : node) rows += !time_member(row).empty() ? 1 : 0;
    if (rows < 2 || rows * 2 < node.size()) return false;
    for (const auto& row : node) {
      const std::string time = time_member(row);
      if (time.empty()) {
        numbers_ += count_numbers(row);
        continue;
      }
      for (const auto& [key, value] : row.items()) {
        if (key != time) take_cells(unwrapped(value), context, text_of(unwrapped(row[time])), key, 0);
      }
    }
    return true;
  }
  static std::string time_member(const json& row) {
    if (!row.is_object()) return {};
    for (const auto& [key, value] : row.items()) {
      if (is_time_name(key) && is_scalar(unwrapped(value))) return key;
    }
    return {};
  }
  /// [[time, value], ...], [[value, time], ...] and [[times], [values]].
  bool take_arrays(const json& node, const Surroundings& context) {
    const bool arrays =
        node.size() > 1 && std::all_of(node.begin(), node.end(), [&](const json& inner) {
          return inner.is_array() && inner.size() == node.front().size() && inner.size() > 1 &&
                 std::all_of(inner.begin(), inner.end(), [](const json& e) { return e.is_primitive(); });
        });
    if (!arrays) return false;
    const std::size_t width = node.front().size();
    const auto in_row =
        time_among(node, width, [](const json& row, std::size_t i) -> const json& { return row[i]; });
    if (in_row) {
      for (const auto& row : node) {
        for (std::size_t i = 0; i < width; ++i) {
          if (i != *in_row) take_field(row[i], context, text_of(row[*in_row]), i, width);
        }
      }
      return true;
    }
    const auto times = std::find_if(node.begin(), node.end(), [](const json& column) {
      return std::all_of(column.begin(), column.end(), is_time);
    });
    if (times == node.end()) return false;
    for (std::size_t column = 0; column < node.size(); ++column) {
      if (&node[column] == &*times) continue;
      for (std::size_t i = 0; i < width; ++i)
        take_field(node[column][i], context, text_of((*times)[i]), column, node.size());
    }
    return true;
  }
  void take_field(const json& value, const Surroundings& context, const std::string& time, std::size_t index,
                  std::size_t width) {
    if (context.fields.size() != width) {
      take_cells(value, context, time, width == 2 ? "" : std::to_string(index + 1), 0);
      return;
    }
    Surroundings own = context;
    for (const auto& [key, text] : context.fields[index].labels) own.labels[key] = text;
    take_cells(value, own, time, context.fields[index].name, 0);
  }

  /// A number or text, or all that are in an object.
  void take_cells(const json& value, const Surroundings& context, const std::string& time,
                  const std::string& key, int depth) {
    if (depth > kMostDepth) return;
    if (value.is_object() || value.is_array()) {
      std::size_t index = 0;
      for (const auto& [name, inner] : value.items()) {
        if (value.is_array() && index++ >= kMostInArray) break;
        take_cells(unwrapped(inner), context, time, key.empty() ? name : key + "." + name, depth + 1);
      }
      return;
    }
    Labels labels = context.labels;
    series_.add(name_of(key, context.key, labels), labels, time, text_of(value), line_);
    ++readings_;
  }
  /// "value" says nothing: what is around it does.
  static std::string name_of(const std::string& key, const std::string& around, Labels& labels) {
    if (!is_general(key)) return key;
    for (const std::string_view wanted :
         {"__name__", "metric", "target", "label", "name", "key", "field", "title"}) {
      const auto found = std::find_if(labels.begin(), labels.end(),
                                      [&](const auto& label) { return lower_case(label.first) == wanted; });
      if (found == labels.end()) continue;
      std::string name = found->second;
      labels.erase(found);
      return name;
    }
    if (!around.empty()) return around;
    return key.empty() ? "value" : key;
  }
  static std::size_t count_numbers(const json& node) {
    std::size_t count = node.is_number() ? 1 : 0;
    if (node.is_structured()) {
      for (const auto& inner : node) count += count_numbers(inner);
    }
    return count;
  }

  SeriesTable series_;
  std::uint64_t line_;
  std::size_t readings_ = 0;
  std::size_t numbers_ = 0;
};

}  // namespace

bool is_series_json(std::string_view head) {
  const std::size_t at = head.find_first_not_of(" \t\r\n");
  return at != std::string_view::npos && (is_json_array(head) || is_json_lines(head)) &&
         has_several_series(head);
}

void read_series_json(TextInput& in, RawTable& table) {
  std::string text;
  for (auto chunk = in.next_chunk(); !chunk.empty(); chunk = in.next_chunk()) {
    text += chunk;
    if (text.size() > kLargestDocument)
      in.fail(
          fmt::format("a JSON document of several series, of more than {} MiB: write a file for each series, "
                      "or JSON Lines, which may be of any size",
                      kLargestDocument >> 20U));
  }
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded()) in.fail("not JSON, or cut off");
  Document reader{table, 1};
  reader.visit(document, {}, 0);
  if (reader.readings() == 0) in.fail("JSON in which no values stand beside times");
  if (reader.numbers_beside() > 0)
    table.notes.push_back(
        fmt::format("{} numbers beside the series were passed over", reader.numbers_beside()));
}

}  // namespace leakrig
