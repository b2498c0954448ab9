#include "harness/report/html.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/report/audit.h"
#include "harness/report/format.h"
#include "harness/report/page_assets.h"
#include "harness/report/page_data.h"
#include "harness/report/page_fill.h"
#include "harness/report/report.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

std::string static_table(const Analysis& analysis) {
  std::string out =
      "<table><thead><tr><th>Variant</th><th>Metric</th><th>Rate</th><th>Verdict</th></tr></thead><tbody>";
  for (const auto& variant : analysis.variants) {
    if (const auto* lead = variant.lead())
      out += fmt::format("<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
                         html_text(printable(variant.name, 80)), html_text(metric_title(lead->name)),
                         html_text(estimate_text(*lead)), to_string(variant.verdict));
  }
  return out + "</tbody></table>";
}

}  // namespace

std::string html_page(const nlohmann::json& data, const std::string& noscript) {
  PageParts parts;
  parts.html = page_assets::html();
  parts.script = page_assets::script();
  parts.script_sha256 = page_assets::script_sha256();
  parts.title = data.at("title").get<std::string>();
  parts.data = &data;
  parts.noscript = noscript;
  parts.live = data.at("live").get<bool>();
  return fill_page(parts);
}

std::string render_html(const Analysis& analysis, const RenderOptions& options) {
  if (analysis.audit) return audit_html(analysis, options);
  const std::string noscript = analysis.variants.size() <= 200 ? static_table(analysis) : "";
  std::string page;
  for (std::size_t divisor = 1; divisor <= 256; divisor *= 2) {  // format: a page that is too large says less
    page = html_page(page_data(analysis, PageLimits{}.divided_by(divisor)), noscript);
    if (page.size() < kLargestPage) break;
  }
  return page;
}

}  // namespace leakrig
