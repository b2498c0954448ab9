#pragma once

#include <string>
#include <string_view>

namespace leakrig {

/// Whether `text` is UTF-8; a character that its end cuts off is one.
bool is_utf8(std::string_view text);

/// Windows-1252 (of which Latin-1 is a part), as Excel in Western Europe writes CSV, as UTF-8. A byte that it
/// does not define stays the control character that it is in Latin-1.
std::string utf8_of_windows_1252(std::string_view text);

}  // namespace leakrig
