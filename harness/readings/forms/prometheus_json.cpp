#include <fmt/format.h>

#include <utility>
#include <vector>

#include "harness/readings/forms/form.h"
#include "harness/readings/forms/json_walker.h"
#include "harness/readings/forms/series_table.h"

namespace leakrig {
namespace {

/// {"status":"success","data":{"result":[{"metric":{...},"values":[[TIME,"VALUE"],...]}]}}, or
/// "value":[TIME,"VALUE"].
class AnswerWalker final : public JsonWalker {
 public:
  AnswerWalker(TextInput& in, RawTable& table) : in_(in), series_(table, "timestamp") {}

  void scalar(std::string_view text, Kind) override {
    const auto& where = places();
    if (where.size() == 1 && where[0].key == "error") error_ = std::string{text};
    if (!in_result()) return;
    const std::string& member = where[3].key;
    if (member == "metric" && where.size() == 5) labels_[where[4].key] = std::string{text};
    if (member == "values" && where.size() == 6) take(where[5].index, text);
    if (member == "value" && where.size() == 5) take(where[4].index, text);
    if (member == "histogram" || member == "histograms") ++histograms_;
  }
  void begun() override {
    if (in_result() && places().size() == 4) {
      labels_.clear();
      points_.clear();
    }
  }
  void ended() override {
    if (!in_result() || places().size() != 4) return;
    std::string name = "value";
    if (const auto own = labels_.find("__name__"); own != labels_.end()) {
      name = own->second;
      labels_.erase(own);
    }
    for (const auto& [time, value] : points_)
      series_.add(name, labels_, time, value, std::max<std::uint64_t>(in_.line(), 1));
  }

  const std::string& error() const { return error_; }
  std::uint64_t histograms() const { return histograms_; }

 private:
  /// Within an element of data.result.
  bool in_result() const {
    const auto& where = places();
    return where.size() >= 4 && where[0].key == "data" && where[1].key == "result" && where[2].array &&
           !where[3].array;
  }
  void take(std::size_t index, std::string_view text) {
    if (index == 0) points_.emplace_back(text, "");
    if (index == 1 && !points_.empty()) points_.back().second = std::string{text};
  }

  TextInput& in_;
  SeriesTable series_;
  std::map<std::string, std::string> labels_;
  std::vector<std::pair<std::string, std::string>> points_;
  std::string error_;
  std::uint64_t histograms_ = 0;
};

}  // namespace

bool is_prometheus_json(std::string_view head) {
  const std::size_t begin = head.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || head[begin] != '{') return false;
  const bool result = head.find("\"resultType\"") != std::string_view::npos &&
                      head.find("\"result\"") != std::string_view::npos;
  const auto first = head.substr(0, 4096);
  return (result && head.find("\"data\"") != std::string_view::npos) ||
         (first.find("\"status\"") != std::string_view::npos &&
          first.find("\"errorType\"") != std::string_view::npos);
}

void read_prometheus_json(TextInput& in, RawTable& table) {
  AnswerWalker answers{in, table};
  const bool cut = walk_json(in, answers);
  in.set_line(0);
  if (!answers.error().empty())
    in.fail(fmt::format("Prometheus answered with an error: {}", answers.error().substr(0, 200)));
  if (table.rows() == 0) in.fail("an answer of Prometheus without any series");
  if (cut) table.notes.push_back("the file is cut short: its last series is left out");
  if (answers.histograms() > 0) table.notes.push_back("native histograms are left out");
}

}  // namespace leakrig
