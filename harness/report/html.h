#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace leakrig {

/// An HTML report is smaller than this, whatever was measured.
inline constexpr std::size_t kLargestPage = 2'000'000;

/// The page around `data` (page_data's): one file that asks for nothing else. A live one (`data["live"]`) may
/// talk to where it came from. `noscript`: HTML for readers without scripts.
std::string html_page(const nlohmann::json& data, const std::string& noscript = "");

}  // namespace leakrig
