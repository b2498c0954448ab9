#include "harness/report/html.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <map>
#include <string_view>

#include "harness/report/format.h"
#include "harness/report/page_assets.h"
#include "harness/report/page_data.h"
#include "harness/report/report.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

std::uint8_t nibble(char hex) {
  return static_cast<std::uint8_t>(hex <= '9' ? hex - '0' : hex - 'a' + 10);
}

/// 'sha256-...' as a Content Security Policy writes it: base64 (RFC 4648) of the digest.
std::string policy_hash(std::string_view hex) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bits = bits << 8U | static_cast<std::uint32_t>(nibble(hex[i]) << 4U | nibble(hex[i + 1]));
    for (held += 8; held >= 6; held -= 6) out += kDigits[bits >> static_cast<unsigned>(held - 6) & 0x3FU];
  }
  if (held > 0) out += kDigits[bits << static_cast<unsigned>(6 - held) & 0x3FU];
  while (out.size() % 4 != 0) out += '=';
  return "'sha256-" + out + "'";
}

/// Nothing but the page's own two scripts and style, whatever a name says; and no network, but for a live
/// page its own server.
std::string policy(bool live) {
  return fmt::format(
      "default-src 'none'; script-src {} {}; style-src {}; img-src data:; connect-src {}; base-uri 'none'; "
      "form-action 'none'",
      policy_hash(page_assets::chart_js_sha256()), policy_hash(page_assets::script_sha256()),
      policy_hash(page_assets::style_sha256()), live ? "'self'" : "'none'");
}

/// JSON that cannot end its script element.
std::string script_safe(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else {
      out += c;
    }
  }
  return out;
}

std::string static_table(const Analysis& analysis) {
  std::string out =
      "<table><thead><tr><th>Variant</th><th>Metric</th><th>Rate</th><th>Verdict</th></tr></thead><tbody>";
  for (const auto& variant : analysis.variants) {
    if (const auto* primary = variant.primary())
      out += fmt::format("<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
                         html_text(printable(variant.name, 80)), html_text(metric_title(primary->name)),
                         html_text(estimate_text(*primary)), to_string(primary->verdict));
  }
  return out + "</tbody></table>";
}

}  // namespace

std::string html_page(const nlohmann::json& data, const std::string& noscript) {
  const std::string title = html_text(data.at("title").get<std::string>());
  const std::string json = script_safe(data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  const std::string content_policy = policy(data.at("live").get<bool>());
  const std::map<std::string_view, std::string_view> parts{
      {"POLICY", content_policy},       {"TITLE", title}, {"STYLE", page_assets::style()},
      {"NOSCRIPT", noscript},           {"DATA", json},   {"CHARTJS", page_assets::chart_js()},
      {"SCRIPT", page_assets::script()}};
  // In one pass, so that what is put in is never looked at for further places.
  std::string page;
  std::string_view rest = page_assets::html();
  while (true) {
    const auto at = rest.find('@');
    page += rest.substr(0, at);
    if (at == std::string_view::npos) return page;
    const auto end = rest.find('@', at + 1);
    page += parts.at(rest.substr(at + 1, end - at - 1));
    rest.remove_prefix(end + 1);
  }
}

std::string render_html(const Analysis& analysis, const RenderOptions&) {
  const std::string noscript = analysis.variants.size() <= 200 ? static_table(analysis) : "";
  std::string page;
  for (std::size_t divisor = 1; divisor <= 256; divisor *= 2) {
    page = html_page(page_data(analysis, PageLimits{}.divided_by(divisor)), noscript);
    if (page.size() < kLargestPage) break;
  }
  return page;
}

}  // namespace leakrig
