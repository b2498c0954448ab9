#pragma once

#include <string>
#include <string_view>

namespace leakrig {

/// How much of a name from outside is shown, in bytes of UTF-8.
inline constexpr std::size_t kLongestName = 400;

/// Text from outside (names of threads, containers, files; messages of a subject) made fit to show anywhere:
/// valid UTF-8 without control characters (C0, DEL, C1), line and paragraph separators, zero-width
/// characters, and characters that reorder text (Unicode's bidirectional controls), each of which becomes a
/// space or U+FFFD; cut at a character's boundary with "..." after `longest` bytes. Every renderer passes
/// names through it; what its own format needs besides is below.
std::string printable(std::string_view text, std::size_t longest = kLongestName);

/// Of printable text, in an element or in an attribute between quotation marks.
std::string html_text(std::string_view text);

/// Of printable text, outside a code span: nothing in it is markup.
std::string markdown_text(std::string_view text);

/// Of printable text: a quoted cell (RFC 4180). One that a spreadsheet would take for a formula (=, +, -, @
/// at the beginning) starts with an apostrophe, as OWASP advises.
std::string csv_cell(std::string_view text);

/// Of printable text, between quotation marks in OpenMetrics text: backslash and quotation mark escaped.
std::string openmetrics_label(std::string_view text);

}  // namespace leakrig
