#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leakrig {

/// A part of a word: text as it is, or something to be replaced when the word is used.
struct ShellPart {
  enum class Kind { text, variable, command, arithmetic };
  Kind kind = Kind::text;
  std::string text;  ///< the text; a variable's name; a command; an expression
  bool quoted = false;
};
using ShellWord = std::vector<ShellPart>;

/// Where a command's input comes from or its output goes to.
struct ShellRedirect {
  enum class Kind { input, write, append, copy };
  Kind kind = Kind::write;
  int stream = 1;    ///< what is redirected
  int copy_of = 0;   ///< of kind `copy`
  ShellWord target;  ///< else
};

/// One step of a script.
struct ShellStep {
  enum class Kind {
    run,            ///< a command, with assignments before it
    jump,           ///< to `to`
    jump_if_false,  ///< if the last command failed
    jump_if_true,
    invert,         ///< "!"
    succeed,        ///< the last exit code is 0
    pipe_begin,     ///< output is kept
    pipe_next,      ///< what was kept is the next command's input, whose output is kept
    pipe_last,      ///< the same, but its output goes where it went before
    pipe_end,
    for_begin,      ///< words to go through
    for_next,       ///< the next of them into `name`, or jump to `to`
    for_end,
  };
  Kind kind = Kind::run;
  std::size_t to = 0;
  std::string name;
  std::vector<ShellWord> words;
  std::vector<std::pair<std::string, ShellWord>> assignments;
  std::vector<ShellRedirect> redirects;
};

using ShellProgram = std::vector<ShellStep>;

/// What became of a text.
struct ShellText {
  std::optional<ShellProgram> program;
  bool is_incomplete = false;  ///< more lines may make it a script
  std::string problem;         ///< "sh: syntax error: ...", where there is no program
};

/// Takes a POSIX shell's script apart: lists, pipelines, quotes, expansions, redirections, `if`, `while`, `until`, `for`
/// and groups; no functions, no `case`. A list in the background counts as one in the foreground that is not waited for.
/// Within bounds: 64 KiB, 64 deep.
ShellText read_shell(std::string_view text);

}  // namespace leakrig
