#include <csv.h>
#include <fmt/format.h>

#include <exception>

#include "harness/core/error.h"
#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/forms/row_collector.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

/// libcsv's callbacks, a row at a time.
class CsvRows {
 public:
  CsvRows(TextInput& in, RawTable& table, char delimiter)
      : in_(in), rows_(in, table), pipes_(delimiter == '|') {
    // All line ends are reported, so that lines can be counted.
    if (csv_init(&parser_, CSV_REPALL_NL) != 0) throw Error("cannot start the CSV parser");
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
  }
  ~CsvRows() { csv_free(&parser_); }
  CsvRows(const CsvRows&) = delete;
  CsvRows& operator=(const CsvRows&) = delete;

  /// Rows that begin before that line of the file are passed over.
  void begin_at(std::uint64_t line) { first_line_ = line; }
  void feed(std::string_view text) {
    moved_ = false;
    if (csv_parse(&parser_, text.data(), text.size(), on_field, on_row, this) != text.size())
      in_.fail(csv_strerror(csv_error(&parser_)));
    if (failure_) std::rethrow_exception(failure_);
    since_moved_ = moved_ ? 0 : since_moved_ + text.size();
    if (since_moved_ > TextInput::kLongestLine) {
      in_.set_line(line_);
      in_.fail("a cell of more than 1 MiB: a quotation mark that is never closed, or no CSV");
    }
    ended_ = text.ends_with('\n') || text.ends_with('\r');
  }
  void finish() {
    csv_fini(&parser_, on_field, on_row, this);
    if (failure_) std::rethrow_exception(failure_);
    rows_.finish(ended_);
  }

 private:
  static void on_field(void* text, std::size_t size, void* self) {
    auto& rows = *static_cast<CsvRows*>(self);
    rows.moved_ = true;
    if (rows.failure_) return;
    if (size > 0) rows.bytes_.append(static_cast<const char*>(text), size);
    rows.ends_.push_back(rows.bytes_.size());
    if (rows.ends_.size() <= RawTable::kMostColumns + 2 && rows.bytes_.size() <= TextInput::kLongestLine)
      return;
    rows.guarded([&] {
      rows.in_.set_line(rows.line_);
      if (rows.ends_.size() > RawTable::kMostColumns + 2) rows.in_.fail("more than 10000 columns");
      rows.in_.fail("a line of more than 1 MiB");
    });
  }
  static void on_row(int end, void* self) {
    auto& rows = *static_cast<CsvRows*>(self);
    rows.moved_ = true;
    if (rows.failure_) return;
    rows.guarded([&] { rows.take_row(); });
    if (end == '\n') ++rows.line_;
  }
  /// The library is C: an exception must not pass through it.
  template <typename Work>
  void guarded(const Work& work) {
    try {
      work();
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  void take_row() {
    cells_.clear();
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      cells_.push_back(std::string_view{bytes_}.substr(begin, end - begin));
      begin = end;
    }
    if (pipes_) trim_pipes();
    if (!cells_.empty() && line_ >= first_line_) rows_.take(cells_, line_);
    ends_.clear();
    bytes_.clear();
  }
  /// "| a | b |", and the line of dashes below a header.
  void trim_pipes() {
    if (cells_.size() > 2 && trimmed(cells_.front()).empty()) cells_.erase(cells_.begin());
    if (cells_.size() > 1 && trimmed(cells_.back()).empty()) cells_.pop_back();
    bool rule = true;
    // "(40 rows)" of psql, which ends its tables with it.
    if (cells_.size() == 1 && cells_[0].starts_with('(') && trimmed(cells_[0]).ends_with("rows)"))
      cells_.clear();
    for (auto& cell : cells_) {
      cell = trimmed(cell);
      rule = rule && cell.size() > 1 && cell.find_first_not_of("-+: ") == std::string_view::npos;
    }
    if (rule) cells_.clear();
  }

  TextInput& in_;
  RowCollector rows_;
  csv_parser parser_{};
  std::exception_ptr failure_;
  std::string bytes_;  ///< of the row's cells, one behind the other
  std::vector<std::size_t> ends_;
  std::vector<std::string_view> cells_;
  std::uint64_t line_ = 1;
  std::uint64_t first_line_ = 1;
  std::size_t since_moved_ = 0;
  bool moved_ = false;
  bool ended_ = true;
  bool pipes_;
};

}  // namespace

bool is_csv(std::string_view) {
  return true;
}

void read_csv(TextInput& in, RawTable& table) {
  const char found = delimiter_of(in.head());
  const char delimiter = found == 0 ? ',' : found;
  if (delimiter != ',') table.decimal_hint = delimiter == '\t' ? "a tab" : std::string(1, delimiter);
  CsvRows rows{in, table, delimiter};
  if (const auto begin = line_of_header(in.head(), delimiter); begin > 1) {
    rows.begin_at(begin);
    table.notes.push_back(fmt::format("{} lines above the table were passed over", begin - 1));
  }
  std::size_t read = 0;
  for (auto chunk = in.next_chunk(); !chunk.empty(); chunk = in.next_chunk()) {
    rows.feed(chunk);
    if (read == 0) table.expect(chunk.size(), in.expected_bytes());
    read += chunk.size();
  }
  rows.finish();
}

}  // namespace leakrig
