#include "harness/readings/forms/form.h"
#include "harness/readings/words.h"

namespace leakrig {

bool is_psrecord(std::string_view head) {
  const auto line = lower_case(head.substr(0, head.find('\n')));
  return line.starts_with("# elapsed time") && line.find("cpu (%)") != std::string::npos &&
         line.find("real (mb)") != std::string::npos;
}

/// Columns between blanks, with a header whose names have blanks in them.
void read_psrecord(TextInput& in, RawTable& table) {
  read_blank_separated(in, table);
  for (auto& column : table.columns) {
    if (joined_words(column.name) == "elapsed_time") table.time_column = column.name;
  }
}

}  // namespace leakrig
