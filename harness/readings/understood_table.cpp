#include "harness/readings/understood_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/core/error.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

bool is_named(const RawColumn& column, const std::string& name) {
  return column.name == name || lower_case(column.name) == lower_case(name);
}

void check_named(const RawTable& table, const std::string& name, const char* option) {
  if (name.empty() || std::any_of(table.columns.begin(), table.columns.end(),
                                  [&](const auto& c) { return is_named(c, name); }))
    return;
  std::string list;
  for (std::size_t i = 0; i < std::min<std::size_t>(20, table.columns.size()); ++i)
    list += (i == 0 ? "" : ", ") + table.columns[i].name;
  throw UsageError(
      fmt::format("{}: {} {}: there is no such column; there are: {}", table.source(), option, name, list));
}

/// Units from --unit.
struct WantedUnit {
  std::string column;  ///< empty: every memory column that has none
  const Unit* unit = nullptr;
};

std::vector<WantedUnit> wanted_units(const RawTable& table, const ReadingsOptions& options) {
  std::vector<WantedUnit> wanted;
  for (const auto& text : options.units) {
    const std::size_t at = text.rfind('=');
    WantedUnit one{at == std::string::npos ? "" : text.substr(0, at),
                   unit_of(at == std::string::npos ? text : text.substr(at + 1), true)};
    if (one.unit == nullptr)
      throw UsageError(fmt::format(
          "--unit {}: bytes, KiB, MiB, GiB, %, ms or s are known, alone or as COLUMN=UNIT", text));
    check_named(table, one.column, "--unit");
    wanted.push_back(one);
  }
  return wanted;
}

bool is_number_column(const ParsedColumn& parsed) {
  // "ERROR" stands where a reading failed; where every third cell is a text, it is a column of texts.
  return parsed.numbers + parsed.infinite > 0 && parsed.texts <= (parsed.numbers + parsed.infinite) / 3;
}

/// Things that are counted: a third of one is none.
bool counts_things(const std::string& name) {
  return has_word(words_of(name), {"threads", "thread", "goroutines", "fds", "fd", "handles", "handle",
                                   "sockets", "connections", "count", "objects", "files", "processes",
                                   "tasks", "sessions", "pids", "conns", "entries"});
}

Decimal decimal_of(const RawTable& table, const ReadingsOptions& options,
                   const std::vector<ParsedColumn>& parsed, std::string& why) {
  if (options.decimal == "comma") return Decimal::comma;
  if (options.decimal == "point") return Decimal::point;
  SeparatorEvidence all;
  for (const auto& column : parsed) all.add(column.separators);
  if (all.comma > 0 && all.comma > 10 * all.point) {
    why = "numbers have a decimal comma";
    return Decimal::comma;
  }
  if (all.comma > 0 && all.point > 0 && all.comma * 10 > all.point) {
    throw UsageError(
        fmt::format("{}: some numbers have a decimal comma and others a decimal point; say which it is with "
                    "--decimal comma or "
                    "--decimal point",
                    table.source()));
  }
  return Decimal::point;
}

/// "1.998 K" threads, as Grafana writes them, are 1,998 and no KiB.
bool is_thousands(const std::string& name, const ParsedColumn& parsed) {
  return parsed.unit != nullptr && parsed.unit->word == "k" && counts_things(name);
}

/// "1.390" is 1.39 or 1,390: asked for where nothing in the file tells.
void ask_for_decimal(const RawTable& table, const ReadingsOptions& options, std::size_t column,
                     const ParsedColumn& parsed, const SeparatorEvidence& all, Decimal decimal) {
  if (!options.decimal.empty()) return;
  if (is_thousands(table.columns[column].name, parsed)) return;
  const bool ambiguous = parsed.separators.either_point + parsed.separators.either_comma > 0;
  if (!ambiguous) return;
  const auto& own = parsed.separators;
  const bool point_told = all.point > 0;
  const bool comma_told = all.comma > 0;
  if (comma_told || (point_told && decimal == Decimal::point && own.either_point == 0)) return;
  const std::string& name = table.columns[column].name;
  const bool counted = counts_things(name);
  if (own.point > 0 || (point_told && !counted)) return;
  // Three decimals in each cell are how programs print; blanks and commas between cells go with a point.
  const bool continental = table.decimal_hint == ";" || table.decimal_hint == "a tab";
  if (own.either_point > 0 && own.either_comma == 0 && !counted && !continental) return;
  if (own.either_comma > 0 && own.either_point == 0 && !continental) return;  // 1,390 in quotes: thousands
  throw UsageError(
      fmt::format("{}: {} has \"{}\": is that {}, or a number with three decimals? Say it with --decimal "
                  "comma or --decimal point",
                  table.source(), name, parsed.either_way, "thousands"));
}

void check_texts(const RawTable& table, const RawColumn& column, const ParsedColumn& parsed,
                 std::vector<std::string>& notes) {
  if (parsed.texts > 0) {
    notes.push_back(
        fmt::format("{} of {} cells of {} are no numbers (the first is \"{}\" in line {}), and count as gaps",
                    parsed.texts, column.size(), column.name, column.text(parsed.first_text).substr(0, 40),
                    table.line_of(column.row(parsed.first_text))));
  }
  if (parsed.infinite > 0)
    notes.push_back(fmt::format("{} cells of {} are infinite or too large, and count as gaps",
                                parsed.infinite, column.name));
}

void apply_units(const RawColumn& column, const ParsedColumn& parsed, const std::vector<WantedUnit>& wanted,
                 Understanding& understood) {
  for (const auto& one : wanted) {
    const bool every = one.column.empty() && one.unit->dimension == Dimension::bytes &&
                       (!understood.question.empty() || understood.unit_why == "by its size");
    const bool this_one = !one.column.empty() && is_named(column, one.column);
    if ((!every && !this_one) || parsed.unit != nullptr) continue;
    understood.dimension = one.unit->dimension;
    understood.factor = one.unit->factor;
    understood.unit = std::string{one.unit->shown};
    understood.unit_why = "as --unit says";
    understood.question.clear();
  }
}

Understanding label_or_empty(const RawColumn& column, const ParsedColumn& parsed) {
  Understanding understood;
  understood.role = parsed.texts + parsed.numbers == 0 ? Role::empty : Role::label;
  understood.why = parsed.texts + parsed.numbers == 0 ? "it has no values"
                   : parsed.numbers > 0 ? fmt::format("{} of its cells are numbers and {} are not",
                                                      parsed.numbers, parsed.texts)
                                        : column.why;
  return understood;
}

}  // namespace

bool is_asked_for(const ReadingsOptions& options, const RawColumn& column) {
  const auto named = [&](const std::string& name) { return is_named(column, name); };
  return std::any_of(options.metrics.begin(), options.metrics.end(), named) ||
         std::any_of(options.judge.begin(), options.judge.end(), named);
}

UnderstoodTable understand(const RawTable& table, const ReadingsOptions& options) {
  UnderstoodTable result;
  for (const auto& name : options.metrics) check_named(table, name, "--metric");
  for (const auto& name : options.judge) check_named(table, name, "--judge");
  check_named(table, options.load, "--load");
  check_named(table, options.per, "--per");
  if (!options.decimal.empty() && options.decimal != "comma" && options.decimal != "point")
    throw UsageError(fmt::format("--decimal {}: comma or point is needed", options.decimal));
  const auto units = wanted_units(table, options);
  result.time = understand_time(table, options.time);
  const auto is_time = [&](std::size_t i) {
    return std::find(result.time.columns.begin(), result.time.columns.end(), i) != result.time.columns.end();
  };
  result.parsed.resize(table.columns.size());
  result.columns.resize(table.columns.size());
  std::string decimal_why;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (!is_time(i))
      result.parsed[i] =
          parse_column(table.columns[i], options.decimal == "comma" ? Decimal::comma : Decimal::point);
  }
  const Decimal decimal = decimal_of(table, options, result.parsed, decimal_why);
  if (decimal == Decimal::comma && options.decimal != "comma") {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (!is_time(i)) result.parsed[i] = parse_column(table.columns[i], Decimal::comma);
    }
  }
  if (!decimal_why.empty()) result.notes.push_back(decimal_why);
  SeparatorEvidence all;
  for (const auto& column : result.parsed) all.add(column.separators);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    auto& understood = result.columns[i];
    const auto& parsed = result.parsed[i];
    if (is_time(i)) {
      understood.role = Role::time;
      continue;
    }
    if (!is_number_column(parsed)) {
      understood = label_or_empty(column, parsed);
      continue;
    }
    understood = understand_column(column, parsed);
    if (is_thousands(column.name, parsed)) {
      understood.dimension = Dimension::count;
      understood.factor = 1000.0 / 1024;  // the cells were taken for KiB
      understood.unit = "K";
      understood.unit_why = "thousands, by its cells";
    }
    if (is_named(column, options.load) && !options.load.empty()) understood.role = Role::load;
    if (is_named(column, options.per) && !options.per.empty()) understood.role = Role::counter;
    apply_units(column, parsed, units, understood);
    const bool another_time =
        understood.role == Role::metric && is_time_name(column.name) && result.time.columns.size() > 0;
    if (another_time) {
      understood.role = Role::time;
      understood.why = "another time";
    }
    const bool wanted = is_asked_for(options, column);
    if (wanted) {
      understood.role = Role::metric;
      understood.why = "as asked for";
    } else if (!options.metrics.empty() && understood.role == Role::metric) {
      understood.role = Role::own;
      understood.why = "not asked for";
    }
    if (understood.role != Role::metric) continue;
    check_texts(table, column, parsed, result.notes);
    ask_for_decimal(table, options, i, parsed, all, decimal);
    if (!understood.question.empty())
      throw UsageError(fmt::format("{}: {}", table.source(), understood.question));
    if (parsed.mixed_dimensions)
      throw UsageError(
          fmt::format("{}: {} has cells in units that are not of one kind", table.source(), column.name));
  }
  return result;
}

}  // namespace leakrig
