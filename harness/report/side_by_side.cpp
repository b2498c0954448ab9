#include "harness/report/side_by_side.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "harness/core/metrics.h"
#include "harness/report/connection_words.h"
#include "harness/report/format.h"
#include "harness/report/headlines.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

std::string unit_amount(const std::string& unit, double value) {
  return rate_number_text(quantity_of_unit(unit), value);
}

/// What the servers saw, a sentence a row that differs in its options or its traffic.
std::vector<std::string> seen_sentences(const SideBySide& table) {
  std::vector<std::string> sentences;
  for (const auto& row : table.rows) {
    if (!row.seen) continue;
    if (!row.seen->wire.changes.empty()) {
      sentences.push_back(fmt::format("{}: {}.", code(row.label), words::changed(*row.seen)));
    } else if (row.is_inert()) {
      sentences.push_back(
          fmt::format("{} is **inert**: {}.", code(row.label), words::nothing_changed(*row.seen)));
    }
  }
  return sentences;
}

/// A row's cells after its label, as text.
struct Cells {
  std::string rate, difference, against, verdict, lost, latency, connections, cpu, peak;
};

Cells cells_of(const SideBySide& table, const SideBySideRow& row) {
  Cells cells;
  cells.verdict = row.verdict;
  if (!row.completed) return cells;
  const auto& unit = table.unit;
  cells.rate = fmt::format("{}/min ({} to {})", unit_amount(unit, row.growth.rate_per_min),
                           unit_amount(unit, row.growth.ci_low), unit_amount(unit, row.growth.ci_high));
  if (row.is_reference) {
    cells.against = "reference";
  } else {
    const auto& d = row.difference;
    cells.against = to_string(row.standing);
    cells.difference = fmt::format("{} ({} to {})", unit_amount(unit, d.difference_per_min),
                                   unit_amount(unit, d.ci_low), unit_amount(unit, d.ci_high));
  }
  if (row.lines_written > 0) {
    cells.lost = share_text(row.lost_share(), 1);
    cells.latency = fmt::format("{:.0f} / {:.0f} ms", row.latency_p50_ms, row.latency_p99_ms);
  }
  if (row.connections_per_min >= 0) cells.connections = fmt::format("{:.1f}", row.connections_per_min);
  if (row.cpu_s_per_1000_lines >= 0) cells.cpu = milliseconds_text(row.cpu_s_per_1000_lines, 0);
  cells.peak = amount_text(quantity_of_unit(unit), row.peak);
  return cells;
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

}  // namespace

std::string render_side_by_side_markdown(const SideBySide& table) {
  std::string out = fmt::format(
      "# {} side by side\n\n{}\n\n"
      "| Variant | Rate (interval) | Difference (90 % interval) | Against the reference | Verdict | Lost | "
      "p50 / p99 | "
      "Connections/min | CPU per 1,000 lines | Peak |\n|---|---|---|---|---|---|---|---|---|---|\n",
      metric_title(table.metric), markdown_text(headline(table)));
  for (const auto& row : table.rows) {
    const Cells cells = cells_of(table, row);
    out += fmt::format("| {} | {} | {} | **{}** | **{}** | {} | {} | {} | {} | {} |\n", code(row.label),
                       or_dash(cells.rate), or_dash(cells.difference), or_dash(cells.against),
                       or_dash(cells.verdict), or_dash(cells.lost), or_dash(cells.latency),
                       or_dash(cells.connections), or_dash(cells.cpu), or_dash(cells.peak));
  }
  out += "\n";
  for (const auto& sentence : seen_sentences(table)) out += fmt::format("- {}\n", sentence);
  if (!seen_sentences(table).empty()) out += "\n";
  for (const auto& note : table.notes) out += fmt::format("> {}\n\n", markdown_text(note));
  return out;
}

std::string render_side_by_side_console(const SideBySide& table, bool color) {
  const std::array<std::string, 8> heads{"VARIANT", "RATE/MIN", "DIFFERENCE (90 %)", "AGAINST",
                                         "VERDICT", "LOST",     "p50 / p99",         "CONN/MIN"};
  std::vector<std::array<std::string, 8>> lines;
  for (const auto& row : table.rows) {
    const Cells c = cells_of(table, row);
    lines.push_back({printable(row.label), c.rate, or_dash(c.difference), or_dash(c.against),
                     or_dash(c.verdict), or_dash(c.lost), or_dash(c.latency), or_dash(c.connections)});
  }
  std::array<std::size_t, 8> widths{};
  for (std::size_t i = 0; i < heads.size(); ++i) {
    widths[i] = heads[i].size();
    for (const auto& line : lines) widths[i] = std::max(widths[i], line[i].size());
  }
  std::string out = paragraph(headline(table)) + fmt::format("\n{} side by side\n\n", metric_title(table.metric));
  const auto add = [&](const std::array<std::string, 8>& line, bool bold) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) text += fmt::format("{:<{}}  ", line[i], widths[i]);
    text.erase(text.find_last_not_of(' ') + 1);
    out += color && bold ? fmt::format("\033[1m{}\033[0m\n", text) : text + "\n";
  };
  add(heads, true);
  for (const auto& line : lines) add(line, false);
  for (const auto& sentence : seen_sentences(table)) out += fmt::format("\n{}\n", plain_text(sentence));
  for (const auto& note : table.notes) out += fmt::format("\n{}\n", printable(note));
  return out;
}

nlohmann::json side_by_side_json(const SideBySide& table) {
  auto rows = nlohmann::json::array();
  for (const auto& row : table.rows) {
    nlohmann::json object{{"label", row.label},
                          {"variant", row.variant},
                          {"source", row.source},
                          {"date", row.date},
                          {"verdict", row.verdict},
                          {"completed", row.completed},
                          {"is_reference", row.is_reference},
                          {"is_baseline", row.is_reference}};
    if (row.completed) {
      object["rate_per_min"] = row.growth.rate_per_min;
      object["ci"] = {row.growth.ci_low, row.growth.ci_high};
      object["peak"] = row.peak;
    }
    if (row.completed && !row.is_reference) {
      object["difference_per_min"] = row.difference.difference_per_min;
      object["difference_ci"] = {row.difference.ci_low, row.difference.ci_high};
      object["against_reference"] = object["against_baseline"] = to_string(row.standing);
    }
    if (row.seen) {
      object["wire_changes"] = nlohmann::json::array();
      for (const auto& change : row.seen->wire.changes)
        object["wire_changes"].push_back({{"what", to_string(change.what)},
                                          {"server", change.server},
                                          {"which", change.which},
                                          {"before", change.before},
                                          {"after", change.after}});
    }
    if (row.lines_written >= 0) {
      object["lines_written"] = row.lines_written;
      object["lines_lost"] = row.lines_lost;
      object["lines_duplicated"] = row.lines_duplicated;
      object["latency_ms"] = {{"p50", row.latency_p50_ms}, {"p99", row.latency_p99_ms}};
    }
    if (row.connections_per_min >= 0) object["connections_per_min"] = row.connections_per_min;
    if (row.cpu_s_per_1000_lines >= 0) object["cpu_s_per_1000_lines"] = row.cpu_s_per_1000_lines;
    rows.push_back(std::move(object));
  }
  return {{"schema", "leakrig/comparison/1"},
          {"metric", table.metric},
          {"unit", table.unit},
          {"rows", rows},
          {"notes", table.notes}};
}

}  // namespace leakrig
