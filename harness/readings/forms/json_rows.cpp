#include <fmt/format.h>

#include <map>
#include <unordered_map>

#include "harness/readings/forms/form.h"
#include "harness/readings/forms/json_walker.h"
#include "harness/readings/time_column.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostElements = 16;

/// Where in a file of JSON its rows are.
struct Layout {
  enum class Kind { objects, arrays, columns };
  Kind kind = Kind::objects;
  bool in_array = false;
  std::string path;  ///< of the array that has them, with a "/" before each key; empty: the outermost
};

/// Looks at the beginning of a file for its rows.
class LayoutFinder final : public JsonWalker {
 public:
  void scalar(std::string_view, Kind) override {
    const auto& where = places();
    if (where.empty()) return;
    if (!where.back().array && where.size() == 1 && is_time_name(where.back().key)) outer_time_ = true;
    if (where.back().array) ++scalars_[array_path(where.size())];
  }
  void begun() override {
    const auto& where = places();
    if (where.size() == 1) ++outermost_;
    if (where.size() < 2 || !where[where.size() - 2].array) return;
    ++(where.back().array ? arrays_ : objects_)[array_path(where.size() - 1)];
  }

  Layout layout() const {
    if (outermost_ > 1 || outer_time_) return {};
    const auto most = [](const std::map<std::string, std::size_t>& counts) {
      std::pair<std::string, std::size_t> best;
      for (const auto& [path, count] : counts) {
        if (count > best.second) best = {path, count};
      }
      return best;
    };
    const auto objects = most(objects_);
    const auto arrays = most(arrays_);
    const auto scalars = most(scalars_);
    if (objects.second > 0 && objects.second >= arrays.second)
      return {Layout::Kind::objects, true, objects.first};
    if (arrays.second > 1) return {Layout::Kind::arrays, true, arrays.first};
    if (scalars.second > 1 && scalars_.size() > 1) return {Layout::Kind::columns, false, ""};
    return {};
  }

 private:
  /// The path of the array that is the n-th place; elements of arrays have no key in it.
  std::string array_path(std::size_t n) const {
    std::string path;
    for (std::size_t i = 0; i + 1 < n; ++i) path += places()[i].array ? "/*" : "/" + places()[i].key;
    return path;
  }

  std::size_t outermost_ = 0;
  bool outer_time_ = false;
  std::map<std::string, std::size_t> objects_, arrays_, scalars_;
};

/// Rows of a file into the table: each scalar of a row is a cell, named by the way to it.
class RowWalker final : public JsonWalker {
 public:
  /// Members called `skipped` are passed over.
  RowWalker(TextInput& in, RawTable& table, Layout layout, std::string skipped)
      : in_(in), table_(table), layout_(std::move(layout)), skipped_(std::move(skipped)) {
    for (const char c : layout_.path) depth_ += c == '/' ? 1 : 0;
    if (layout_.in_array) ++depth_;
  }

  void begun() override {
    if (places().size() == depth_ + 1 && layout_.kind != Layout::Kind::columns && at_rows()) begin_row();
  }
  void ended() override {
    if (places().size() == depth_ + 1) in_row_ = false;
  }
  void scalar(std::string_view text, Kind) override {
    if (layout_.kind == Layout::Kind::columns) {
      take_of_column(text);
    } else if (in_row_) {
      take(text);
    } else {
      if (!take_as_name(text)) ++outside_;
    }
  }
  void finish(bool cut) {
    if (cut)
      table_.notes.push_back("the last row is cut short by the end of the file: what there is of it counts");
    if (outside_ > 0)
      table_.notes.push_back(fmt::format("{} values beside the rows were passed over", outside_));
    if (long_arrays_ > 0)
      table_.notes.push_back(
          fmt::format("of {} arrays the elements after the {}th were left out", long_arrays_, kMostElements));
    if (layout_.kind == Layout::Kind::arrays) name_arrays();
  }

 private:
  /// "columns": ["time", "threads"] beside the array of rows, as InfluxDB and others have it.
  bool take_as_name(std::string_view text) {
    const auto& where = places();
    if (layout_.kind != Layout::Kind::arrays || where.size() != depth_ || depth_ < 2 || !where.back().array)
      return false;
    if (!is_one_of(where[depth_ - 2].key, {"columns", "fields", "header", "headers", "names"})) return false;
    if (where.back().index == 0) names_.clear();
    names_.emplace_back(text);
    return true;
  }
  void name_arrays() {
    table_.has_header = names_.size() == table_.columns.size();
    for (std::size_t i = 0; table_.has_header && i < names_.size(); ++i) table_.columns[i].name = names_[i];
  }
  bool at_rows() const {
    if (depth_ == 0) return true;
    std::string path;
    for (std::size_t i = 0; i + 1 < depth_; ++i) path += places()[i].array ? "/*" : "/" + places()[i].key;
    return path == layout_.path && places()[depth_ - 1].array;
  }
  void begin_row() {
    in_row_ = true;
    in_.set_line(std::max<std::uint64_t>(in_.line(), 1));
    row_ = table_.begin_row(in_.line());
    nth_ = 0;
  }

  /// The name of the scalar that is being read, from the row's place on.
  bool name_here() {
    name_.clear();
    for (std::size_t i = depth_; i < places().size(); ++i) {
      const auto& place = places()[i];
      if (i > depth_) name_ += '.';
      if (!place.array) {
        name_ += place.key;
        continue;
      }
      const bool row_itself = i == depth_ && layout_.kind == Layout::Kind::arrays;
      if (!row_itself && place.index >= kMostElements) {
        long_arrays_ += place.index == kMostElements ? 1 : 0;
        return false;
      }
      name_ += fmt::format_int(place.index + (row_itself ? 1 : 0)).c_str();
    }
    return true;
  }
  void take(std::string_view text) {
    if (!skipped_.empty() && places()[depth_].key == skipped_) return;
    if (!name_here()) return;
    // Rows have their members in the same order, as a rule.
    if (nth_ == order_.size()) order_.push_back(0);
    std::size_t& expected = order_[nth_++];
    if (expected >= table_.columns.size() || table_.columns[expected].name != name_)
      expected = column_of(name_);
    auto& column = table_.columns[expected];
    if (column.size() > 0 && column.row(column.size() - 1) == row_) return;  // a key that stands twice
    table_.add(expected, row_, text);
  }
  void take_of_column(std::string_view text) {
    const auto& where = places();
    if (where.empty() || !where.back().array) {
      ++outside_;
      return;
    }
    name_.clear();
    for (const auto& place : where) {
      if (!place.array) name_ += (name_.empty() ? "" : ".") + place.key;
    }
    while (table_.rows() <= where.back().index) table_.begin_row(table_.rows() + 1);
    const std::size_t column = column_of(name_);
    auto& cells = table_.columns[column];
    if (cells.size() > 0 && cells.row(cells.size() - 1) >= where.back().index) return;
    table_.add(column, static_cast<std::uint32_t>(where.back().index), text);
  }
  std::size_t column_of(const std::string& name) {
    const auto found = columns_.find(name);
    if (found != columns_.end()) return found->second;
    return columns_[name] = table_.add_column(name);
  }

  TextInput& in_;
  RawTable& table_;
  Layout layout_;
  std::string skipped_;
  std::size_t depth_ = 0;  ///< how many places stand around a row
  bool in_row_ = false;
  std::uint32_t row_ = 0;
  std::size_t nth_ = 0;
  std::string name_;
  std::vector<std::size_t> order_;
  std::vector<std::string> names_;  ///< of the elements of rows that are arrays
  std::unordered_map<std::string, std::size_t> columns_;
  std::uint64_t outside_ = 0;
  std::uint64_t long_arrays_ = 0;
};

char first_mark(std::string_view head) {
  const std::size_t at = head.find_first_not_of(" \t\r\n\x1e");
  return at == std::string_view::npos ? '\0' : head[at];
}

}  // namespace

bool is_json_array(std::string_view head) {
  if (first_mark(head) != '[') return false;
  const std::string_view after = head.substr(head.find('[') + 1);
  const char next = first_mark(after);  // "[2025-11-06 10:00:00]" begins a line of a log
  return next == '{' || next == '[' || next == ']';
}

bool is_json_lines(std::string_view head) {
  if (first_mark(head) != '{') return false;
  const char next = first_mark(head.substr(head.find('{') + 1));
  return next == '"' || next == '}' || next == '\0';
}

void read_json_rows(TextInput& in, RawTable& table) {
  LayoutFinder finder;
  walk_json_head(in.head(), finder);
  RowWalker rows{in, table, finder.layout(), ""};
  rows.finish(walk_json(in, rows));
}

void read_json_rows_without(const std::string& skipped, TextInput& in, RawTable& table) {
  RowWalker rows{in, table, Layout{}, skipped};
  rows.finish(walk_json(in, rows));
}

}  // namespace leakrig
