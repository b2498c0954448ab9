#pragma once

#include <string_view>

namespace leakrig::page_assets {

/// The page of the HTML report and the live view, compiled in: harness/report/page/ and Debian's Chart.js.
std::string_view
html();  ///< with @POLICY@, @TITLE@, @STYLE@, @NOSCRIPT@, @DATA@, @CHARTJS@, @SCRIPT@ to fill in
std::string_view style();
std::string_view chart_js();
std::string_view script();
std::string_view history_html();  ///< the same places
std::string_view history_script();
/// SHA-256 of each, in hexadecimal: the page allows itself these and no others (Content Security Policy).
std::string_view style_sha256();
std::string_view chart_js_sha256();
std::string_view script_sha256();
std::string_view history_script_sha256();

}  // namespace leakrig::page_assets
