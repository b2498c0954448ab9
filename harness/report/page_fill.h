#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace leakrig {

/// A page of harness/report/page/ with what goes into it.
struct PageParts {
  std::string_view html;
  std::string_view script;
  std::string_view script_sha256;
  std::string title;  ///< printable
  const nlohmann::json* data = nullptr;
  std::string noscript;  ///< HTML for readers without scripts
  bool live = false;     ///< may talk to where it came from
};

/// The whole page in one file, with a Content Security Policy that allows its own two scripts and style and
/// nothing else.
std::string fill_page(const PageParts& parts);

}  // namespace leakrig
