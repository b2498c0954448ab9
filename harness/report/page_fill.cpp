#include "harness/report/page_fill.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/report/page_assets.h"
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
std::string policy(const PageParts& parts) {
  return fmt::format(
      "default-src 'none'; script-src {} {}; style-src {}; img-src data:; connect-src {}; base-uri 'none'; "
      "form-action 'none'",
      policy_hash(page_assets::chart_js_sha256()), policy_hash(parts.script_sha256),
      policy_hash(page_assets::style_sha256()), parts.live ? "'self'" : "'none'");
}

/// JSON that cannot end its script element.
std::string script_safe(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
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

}  // namespace

std::string fill_page(const PageParts& parts) {
  const std::string title = html_text(parts.title);
  const std::string json =
      script_safe(parts.data->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  const std::string content_policy = policy(parts);
  const std::map<std::string_view, std::string_view> pieces{
      {"POLICY", content_policy},          {"TITLE", title}, {"STYLE", page_assets::style()},
      {"NOSCRIPT", parts.noscript},        {"DATA", json},   {"SCRIPT", parts.script},
      {"CHARTJS", page_assets::chart_js()}};
  // In one pass, so that what is put in is never looked at for further places.
  std::string page;
  std::string_view rest = parts.html;
  while (true) {
    const auto at = rest.find('@');
    page += rest.substr(0, at);
    if (at == std::string_view::npos) return page;
    const auto end = rest.find('@', at + 1);
    page += pieces.at(rest.substr(at + 1, end - at - 1));
    rest.remove_prefix(end + 1);
  }
}

}  // namespace leakrig
