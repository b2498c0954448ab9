#include "harness/readings/readings.h"

#include <fmt/format.h>

#include "harness/readings/row_taker.h"
#include "harness/core/error.h"

namespace leakrig {

Readings read_readings(std::istream& in, const std::string& source, const ReadingsOptions& options) {
  RowTaker rows(source, options);
  int first = in.get();
  while (first == ' ' || first == '\n' || first == '\r' || first == '\t') first = in.get();
  if (first == std::istream::traits_type::eof())
    throw UsageError(fmt::format("{}: empty, or cannot be read", source));
  const std::string begun(1, static_cast<char>(first));
  if (first == '{') {
    read_json_lines(in, begun, rows);
  } else {
    read_csv(in, begun, rows);
  }
  return rows.finish();
}

}  // namespace leakrig
