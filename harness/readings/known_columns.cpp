#include "harness/readings/known_columns.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "harness/readings/words.h"

namespace leakrig {
namespace {

/// What stands behind the last point of a name: "Alloc" of "memstats.Alloc".
std::string_view last_part(std::string_view name) {
  const std::size_t at = name.rfind('.');
  return at == std::string_view::npos ? name : name.substr(at + 1);
}

bool has_all(const RawTable& table, std::initializer_list<std::string_view> names) {
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [&](const RawColumn& column) { return last_part(column.name) == name; });
  });
}

void describe_all(RawTable& table, std::initializer_list<std::string_view> names, const char* unit,
                  const char* why) {
  for (auto& column : table.columns) {
    if (column.hint != Hint::none || !column.unit.empty() || !is_one_of(last_part(column.name), names))
      continue;
    column.unit = unit;
    column.why = why;
  }
}

/// sar's names without "kb", as sadf -j has them, and those of hugepages and swap.
bool is_sar_amount(std::string_view name) {
  return is_one_of(name, {"memfree", "memused",  "avail",   "buffers", "cached",  "commit",  "active",
                          "inact",   "inactive", "dirty",   "anonpg",  "slab",    "kstack",  "pgtbl",
                          "vmused",  "swpfree",  "swpused", "swpcad",  "hugfree", "hugused", "shmem"});
}

void describe_sar_amounts(RawTable& table, bool without_prefix) {
  for (auto& column : table.columns) {
    std::string_view name = last_part(column.name);
    const bool prefixed = name.starts_with("kb");
    if (prefixed) name.remove_prefix(2);
    if ((!prefixed && !without_prefix) || !is_sar_amount(name) || column.hint != Hint::none) continue;
    column.unit = "KiB";
    column.why = "as sar writes it";
    if (is_one_of(name, {"memfree", "avail", "swpfree", "hugfree"})) {
      column.hint = Hint::free;
      column.why = "what is left: it falls where something leaks";
    }
  }
}

}  // namespace

void describe_known_columns(RawTable& table) {
  if (has_all(table, {"YGC", "YGCT", "OU"})) {
    describe_all(table, {"S0C", "S1C", "S0U", "S1U", "EC", "EU", "OC", "OU", "MC", "MU", "CCSC", "CCSU"},
                 "KiB", "as jstat writes it");
  }
  if (has_all(table, {"TotalAlloc"}) || has_all(table, {"Mallocs", "Frees"})) {
    describe_all(table,
                 {"Alloc", "TotalAlloc", "Sys", "HeapAlloc", "HeapSys", "HeapIdle", "HeapInuse",
                  "HeapReleased", "StackInuse", "StackSys", "MSpanInuse", "MSpanSys", "MCacheInuse",
                  "MCacheSys", "BuckHashSys", "GCSys", "OtherSys", "NextGC"},
                 "bytes", "as Go's MemStats has it");
  }
  if (has_all(table, {"heapUsed", "external"})) {
    describe_all(table, {"rss", "heapTotal", "heapUsed", "external", "arrayBuffers"}, "bytes",
                 "as Node's memoryUsage has it");
  }
  describe_sar_amounts(table, has_all(table, {"memfree", "memused"}));
}

}  // namespace leakrig
