#include "harness/report/history_page.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/report/page_assets.h"
#include "harness/report/page_fill.h"
#include "harness/report/page_limits.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr std::size_t kMostPoints = 4000;  ///< of all series together

json safe(const json& value) {
  if (value.is_string()) return printable(value.get_ref<const std::string&>(), 240);
  if (!value.is_structured()) return value;
  json out = value;
  for (auto& item : out) item = safe(item);
  return out;
}

/// The newest `most` points, and the changes that lie among them.
void keep_newest(json& series, std::size_t most) {
  json& points = series.at("points");
  if (points.size() <= most) return;
  const std::size_t left_out = points.size() - most;
  points.erase(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(left_out));
  json kept = json::array();
  for (auto change : series.at("changes")) {
    const auto at = change.at("at").get<std::size_t>();
    if (at <= left_out) continue;
    change["at"] = at - left_out;
    kept.push_back(std::move(change));
  }
  series["changes"] = std::move(kept);
}

}  // namespace

std::string history_page(const json& history) {
  json data = safe(history);
  json& series = data.at("series");
  const std::size_t each = points_of_series(kMostPoints, series.size());
  for (auto& one : series) keep_newest(one, each);
  PageParts parts;
  parts.html = page_assets::history_html();
  parts.script = page_assets::history_script();
  parts.script_sha256 = page_assets::history_script_sha256();
  parts.title = "History of " + data.value("scenario", "");
  parts.data = &data;
  return fill_page(parts);
}

}  // namespace leakrig
