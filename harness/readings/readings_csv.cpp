#include <csv.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include "harness/readings/row_taker.h"
#include "harness/core/error.h"

namespace leakrig {
namespace {

/// CSV by libcsv's callbacks, a row at a time.
class CsvReader {
 public:
  explicit CsvReader(RowTaker& rows) : rows_(rows) {
    if (csv_init(&parser_, CSV_APPEND_NULL) != 0) throw Error("cannot start the CSV parser");
  }
  ~CsvReader() { csv_free(&parser_); }
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  void feed(std::string_view text) {
    if (csv_parse(&parser_, text.data(), text.size(), on_field, on_row, this) != text.size()) {
      rows_.fail(csv_strerror(csv_error(&parser_)));
    }
    rethrow();
  }
  void finish() {
    csv_fini(&parser_, on_field, on_row, this);
    rethrow();
    if (header_.empty()) rows_.fail("no header");
  }

 private:
  static void on_field(void* text, std::size_t size, void* self) {
    auto& reader = *static_cast<CsvReader*>(self);
    if (reader.failure_) return;
    if (reader.width_ == reader.cells_.size()) reader.cells_.emplace_back();
    if (text == nullptr) {
      reader.cells_[reader.width_++].clear();
    } else {
      reader.cells_[reader.width_++].assign(static_cast<const char*>(text), size);
    }
  }
  /// The library is C: an exception must not pass through it.
  static void on_row(int, void* self) {
    auto& reader = *static_cast<CsvReader*>(self);
    if (reader.failure_) return;
    try {
      reader.take_row();
    } catch (...) {
      reader.failure_ = std::current_exception();
    }
    reader.width_ = 0;
  }
  void rethrow() {
    if (failure_) std::rethrow_exception(failure_);
  }

  void take_row() {
    if (header_.empty()) {
      take_header();
    } else if (width_ != header_.size()) {
      rows_.fail(fmt::format("{} cells where the header has {}", width_, header_.size()));
    } else {
      take_values();
    }
    rows_.set_line(rows_.line() + 1);
  }
  void take_header() {
    header_.assign(cells_.begin(), cells_.begin() + static_cast<std::ptrdiff_t>(width_));
    const auto column = [&](const char* name) -> std::size_t {
      return static_cast<std::size_t>(std::find(header_.begin(), header_.end(), name) - header_.begin());
    };
    iso_ = column("t_s") == header_.size();
    time_ = column(iso_ ? "time" : "t_s");
    if (time_ == header_.size())
      rows_.fail(
          fmt::format("no time column: the header needs t_s or time, has {}", fmt::join(header_, ", ")));
    containers_ = column("containers");
    cycle_ = column("cycle_s");
    variant_ = column("variant");
    for (const auto& name : header_) wanted_.push_back(rows_.wanted(name));
  }
  double number(std::size_t column) const {
    const auto value = parse_cell(cells_[column]);
    if (!value) rows_.fail(fmt::format("{} is \"{}\", not a number", header_[column], cells_[column]));
    return *value;
  }
  void take_values() {
    if (variant_ < width_ && !rows_.of_variant(cells_[variant_])) return;
    rows_.begin_row(rows_.time_from(cells_[time_], iso_));
    if (containers_ < width_) rows_.set_containers(number(containers_));
    if (cycle_ < width_) rows_.set_cycle(number(cycle_));
    for (std::size_t i = 0; i < width_; ++i) {
      if (wanted_[i]) rows_.add(header_[i], number(i));
    }
  }

  RowTaker& rows_;
  csv_parser parser_{};
  std::exception_ptr failure_;
  std::vector<std::string> cells_;  ///< reused from row to row
  std::size_t width_ = 0;
  std::vector<std::string> header_;
  std::vector<bool> wanted_;
  std::size_t time_ = 0, containers_ = 0, cycle_ = 0, variant_ = 0;
  bool iso_ = false;
};

}  // namespace

void read_csv(std::istream& in, const std::string& begun, RowTaker& rows) {
  CsvReader reader(rows);
  constexpr std::size_t kChunk = 1 << 16;
  std::string chunk(kChunk, '\0');
  reader.feed(begun);
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
    reader.feed(std::string_view{chunk}.substr(0, static_cast<std::size_t>(in.gcount())));
  }
  reader.finish();
}

}  // namespace leakrig
