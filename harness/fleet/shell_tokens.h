#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/fleet/shell_syntax.h"

namespace leakrig {

struct ShellToken {
  enum class Kind { word, symbol, end };
  Kind kind = Kind::end;
  std::string symbol;      ///< ";", "&&", "\n", ">", "2>&"...; of a word that is plain text, that text
  ShellWord word;
  bool is_plain = false;   ///< a word without quotes or expansions: may be a reserved one
};

/// Thrown where more lines may help, and where none does.
struct ShellIncomplete {};
struct ShellProblem {
  std::string what;
};

/// A script's words and symbols, the last of which is of kind `end`. Throws ShellIncomplete.
std::vector<ShellToken> shell_tokens(std::string_view text);
/// A word of "..." with its expansions, quotes not taken for such.
ShellWord expandable_text(std::string_view text);

}  // namespace leakrig
