#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/readings/raw_table.h"
#include "harness/readings/text_input.h"

namespace leakrig {

/// A way in which files hold samples: one file and one row in forms() each.
struct Form {
  const char* name;  ///< what --input takes
  const char* what;  ///< of a file: "is ..."
  /// Whether the first bytes of a file are of this form.
  bool (*recognise)(std::string_view head);
  /// Reads it all. Throws UsageError naming source and line for what is not of the form.
  void (*read)(TextInput& in, RawTable& table);
};

/// Every form, the more particular before the more general; the last recognises any text.
const std::vector<Form>& forms();

/// By content, or by name where `wanted` is not empty. Throws UsageError that names the forms there are.
const Form& form_of(const TextInput& in, const std::string& wanted);

bool is_pidstat(std::string_view head);
void read_pidstat(TextInput& in, RawTable& table);
bool is_top(std::string_view head);
void read_top(TextInput& in, RawTable& table);
bool is_sar(std::string_view head);
void read_sar(TextInput& in, RawTable& table);
bool is_vmstat(std::string_view head);
void read_vmstat(TextInput& in, RawTable& table);
bool is_free(std::string_view head);
void read_free(TextInput& in, RawTable& table);
bool is_status(std::string_view head);
void read_status(TextInput& in, RawTable& table);
bool is_logfmt(std::string_view head);
void read_logfmt(TextInput& in, RawTable& table);
bool is_docker_stats(std::string_view head);
void read_docker_stats(TextInput& in, RawTable& table);
bool is_mprof(std::string_view head);
void read_mprof(TextInput& in, RawTable& table);
bool is_psrecord(std::string_view head);
void read_psrecord(TextInput& in, RawTable& table);
bool is_openmetrics(std::string_view head);
void read_openmetrics(TextInput& in, RawTable& table);
bool is_prometheus_json(std::string_view head);
void read_prometheus_json(TextInput& in, RawTable& table);
bool is_leakrig_jsonl(std::string_view head);
void read_leakrig_jsonl(TextInput& in, RawTable& table);
bool is_json_array(std::string_view head);
bool is_json_lines(std::string_view head);
void read_json_rows(TextInput& in, RawTable& table);
/// JSON Lines, without the members of that name.
void read_json_rows_without(const std::string& skipped, TextInput& in, RawTable& table);
bool is_k6(std::string_view head);
void read_k6(TextInput& in, RawTable& table);
bool is_k6_json(std::string_view head);
void read_k6_json(TextInput& in, RawTable& table);
bool is_series_json(std::string_view head);
void read_series_json(TextInput& in, RawTable& table);
bool is_line_protocol(std::string_view head);
void read_line_protocol(TextInput& in, RawTable& table);
bool is_dotnet_counters(std::string_view head);
void read_dotnet_counters(TextInput& in, RawTable& table);
bool is_leakrig_csv(std::string_view head);
void read_leakrig_csv(TextInput& in, RawTable& table);
bool is_blank_separated(std::string_view head);
void read_blank_separated(TextInput& in, RawTable& table);
bool is_csv(std::string_view head);
void read_csv(TextInput& in, RawTable& table);

}  // namespace leakrig
