#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "harness/readings/forms/json_walker.h"
#include "harness/readings/forms/series_json.h"
#include "harness/readings/forms/terminal.h"
#include "harness/readings/time_column.h"

namespace leakrig {
namespace {

/// Looks for the places of series in the head of a document.
class SeriesFinder final : public JsonWalker {
 public:
  void begun() override {
    if (places().size() == 1) ++documents_;
    look_at_key(places().size() - 1);
  }
  void scalar(std::string_view text, Kind) override {
    const auto& where = places();
    const std::size_t depth = where.size();
    if (depth == 0) return;
    look_at_key(depth);
    const bool in_array_of_arrays = depth >= 2 && where[depth - 1].array && where[depth - 2].array;
    if (in_array_of_arrays) {
      arrays_of_arrays_.insert(path(depth - 1));
      const bool both = where[depth - 1].index == 1 && first_was_time_ && is_point_in_time(text);
      columns_side_by_side_ = columns_side_by_side_ || both;
    } else if (where.back().array && where.back().index == 0 && is_point_in_time(text)) {
      columns_in_elements_ = columns_in_elements_ || std::any_of(where.begin(), where.end() - 1,
                                                                 [](const Place& p) { return p.array; });
    } else if (!where.back().array && depth >= 2 && where[depth - 2].array &&
               is_time_name(where.back().key)) {
      add_rows(path(depth - 1));
    }
    if (where.back().array && where.back().index == 0) first_was_time_ = is_point_in_time(text);
  }

  bool several() const {
    const bool keyed = std::any_of(timed_keys_.begin(), timed_keys_.end(),
                                   [](const auto& keys) { return keys.second.size() > 1; });
    return documents_ == 1 && (keyed || rows_.size() > 1 || arrays_of_arrays_.size() > 1 ||
                               columns_side_by_side_ || columns_in_elements_);
  }

 private:
  /// The key of the container at `depth` - 1, where that is an object.
  void look_at_key(std::size_t depth) {
    if (depth == 0 || places()[depth - 1].array || !is_point_in_time(places()[depth - 1].key)) return;
    auto& keys = timed_keys_[path(depth - 1)];
    if (keys.size() < 2) keys.insert(places()[depth - 1].key);
  }
  /// Of the container at `depth` - 1: the keys and indices that lead to it.
  std::string path(std::size_t depth) const {
    std::string text;
    for (std::size_t i = 0; i + 1 < depth; ++i)
      text += "/" + (places()[i].array ? std::to_string(places()[i].index) : places()[i].key);
    return text;
  }
  /// Rows within a row are its own.
  void add_rows(const std::string& at) {
    const bool within = std::any_of(rows_.begin(), rows_.end(), [&](const std::string& outer) {
      return at.size() > outer.size() && at.starts_with(outer + "/");
    });
    if (!within) rows_.insert(at);
  }

  std::size_t documents_ = 0;
  bool first_was_time_ = false;
  bool columns_side_by_side_ = false;  ///< [[times], [values]]
  bool columns_in_elements_ = false;   ///< [{"times": [...], "values": [...]}]
  std::map<std::string, std::set<std::string>> timed_keys_;
  std::set<std::string> rows_, arrays_of_arrays_;
};

}  // namespace

bool is_point_in_time(std::string_view text) {
  return text.size() >= 8 && is_time_alone(text);
}

bool has_several_series(std::string_view head) {
  SeriesFinder finder;
  walk_json_head(head, finder);
  return finder.several();
}

}  // namespace leakrig
