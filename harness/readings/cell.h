#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/readings/raw_table.h"
#include "harness/readings/unit.h"

namespace leakrig {

enum class Decimal { point, comma };

/// A cell: a number with the unit that stands behind it, nothing (a gap), or text.
struct Cell {
  enum class Kind { number, gap, text };
  Kind kind = Kind::text;
  double value = 0;
  const Unit* unit = nullptr;
};

/// "128", "1,234", "10,5" with a decimal comma, "10.1 MiB", "45 %"; "", "-", "N/A", "null", "NaN" and the
/// like are gaps.
Cell parse_cell(std::string_view text, Decimal decimal);

/// What the separators of numbers say of the decimal sign. "1.390" may be 1.39 or 1,390: it speaks for
/// neither.
struct SeparatorEvidence {
  std::uint64_t point = 0;         ///< only with a decimal point: "3.14", "1,234.5"
  std::uint64_t comma = 0;         ///< only with a decimal comma: "10,5", "1.234,5"
  std::uint64_t either_point = 0;  ///< "1.390"
  std::uint64_t either_comma = 0;  ///< "1,390"
  void add(std::string_view number);
  void add(const SeparatorEvidence& other);
};

/// A column's cells as numbers.
struct ParsedColumn {
  std::vector<double>
      values;  ///< one a cell, in its dimension's own unit where it had one; NaN for a gap and for text
  std::uint64_t numbers = 0, gaps = 0, texts = 0, infinite = 0;
  const Unit* unit = nullptr;      ///< behind the numbers
  bool some_without_unit = false;  ///< numbers with a unit, and numbers without
  bool mixed_dimensions = false;
  std::size_t first_text = 0;  ///< the cell of the first text
  SeparatorEvidence separators;
  std::string either_way;  ///< an example of what may be read either way
};

ParsedColumn parse_column(const RawColumn& column, Decimal decimal);

}  // namespace leakrig
