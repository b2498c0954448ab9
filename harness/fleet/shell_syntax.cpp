#include "harness/fleet/shell_syntax.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/fleet/shell_tokens.h"

namespace leakrig {
namespace {

constexpr std::size_t kLongestScript = 64 * 1024;
constexpr int kDeepest = 64;

constexpr std::array<std::string_view, 10> kReserved{"then", "else", "elif", "fi", "do", "done", "}", "in", "esac", ")"};

/// Makes steps out of tokens, by recursive descent over POSIX's grammar (XCU 2.10).
class Compiler {
 public:
  explicit Compiler(std::vector<ShellToken> tokens) : tokens_(std::move(tokens)) {}

  ShellProgram whole() {
    list();
    if (token().kind != ShellToken::Kind::end) unexpected();
    return std::move(program_);
  }

 private:
  using Kind = ShellStep::Kind;

  const ShellToken& token() const { return tokens_[at_]; }
  bool is_symbol(std::string_view text) const {
    return token().kind == ShellToken::Kind::symbol && token().symbol == text;
  }
  bool is_reserved(std::string_view text) const {
    return token().kind == ShellToken::Kind::word && token().is_plain && token().symbol == text;
  }
  bool take(std::string_view text) {
    if (!is_symbol(text) && !is_reserved(text)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view text) {
    if (!take(text)) unexpected();
  }
  [[noreturn]] void unexpected() const {
    if (token().kind == ShellToken::Kind::end) throw ShellIncomplete{};
    throw ShellProblem{"sh: syntax error: unexpected \"" + (token().symbol == "\n" ? "newline" : token().symbol) + "\""};
  }
  bool ends_a_list() const {
    if (token().kind == ShellToken::Kind::end || is_symbol(")") || is_symbol(";;")) return true;
    return token().kind == ShellToken::Kind::word && token().is_plain &&
           std::find(kReserved.begin(), kReserved.end(), token().symbol) != kReserved.end();
  }
  void skip_lines() {
    while (is_symbol("\n")) ++at_;
  }
  std::size_t emit(Kind kind, std::size_t to = 0) {
    ShellStep step;
    step.kind = kind;
    step.to = to;
    program_.push_back(std::move(step));
    return program_.size() - 1;
  }

  void list() {
    if (++depth_ > kDeepest) throw ShellProblem{"sh: syntax error: nested too deep"};
    skip_lines();
    while (!ends_a_list()) {
      and_or();
      if (!take(";") && !take("&") && !take("\n")) break;
      skip_lines();
    }
    --depth_;
  }

  void body() {
    const auto before = program_.size();
    list();
    if (program_.size() == before) unexpected();
  }

  void and_or() {
    pipeline();
    while (is_symbol("&&") || is_symbol("||")) {
      const auto kind = is_symbol("&&") ? Kind::jump_if_false : Kind::jump_if_true;
      ++at_;
      skip_lines();
      const auto jump = emit(kind);
      pipeline();
      program_[jump].to = program_.size();
    }
  }

  void pipeline() {
    const bool inverts = take("!");
    const auto begin = program_.size();
    command();
    if (is_symbol("|")) {
      // The first command was emitted already: what keeps its output goes before it, and moves its jumps.
      insert_pipe_begin(begin);
      while (take("|")) {
        skip_lines();
        const auto next = emit(Kind::pipe_next);
        command();
        if (!is_symbol("|")) program_[next].kind = Kind::pipe_last;
      }
      emit(Kind::pipe_end);
    }
    if (inverts) emit(Kind::invert);
  }

  void insert_pipe_begin(std::size_t begin) {
    for (auto i = begin; i < program_.size(); ++i) {
      if (program_[i].to > begin || (program_[i].to == begin && i > begin)) ++program_[i].to;
    }
    ShellStep step;
    step.kind = Kind::pipe_begin;
    program_.insert(program_.begin() + static_cast<std::ptrdiff_t>(begin), step);
  }

  void command() {
    if (take("if")) return condition();
    if (take("while")) return loop(Kind::jump_if_false);
    if (take("until")) return loop(Kind::jump_if_true);
    if (take("for")) return for_loop();
    if (take("(")) {
      body();
      return expect(")");
    }
    if (take("{")) {
      body();
      return expect("}");
    }
    simple();
  }

  void condition() {
    body();
    expect("then");
    const auto otherwise = emit(Kind::jump_if_false);
    body();
    const auto end = emit(Kind::jump);
    program_[otherwise].to = program_.size();
    if (take("elif")) {
      condition();
    } else {
      if (take("else")) {
        body();
      } else {
        emit(Kind::succeed);
      }
      expect("fi");
    }
    program_[end].to = program_.size();
  }

  void loop(Kind leaves) {
    const auto begin = program_.size();
    body();
    const auto leave = emit(leaves);
    loop_body(begin);
    program_[leave].to = program_.size();
    emit(Kind::succeed);
  }

  void loop_body(std::size_t begin) {
    breaks_.emplace_back();
    begins_.push_back(begin);
    expect("do");
    body();
    expect("done");
    emit(Kind::jump, begin);
    for (const auto jump : breaks_.back()) program_[jump].to = program_.size();
    breaks_.pop_back();
    begins_.pop_back();
  }

  void for_loop() {
    if (token().kind != ShellToken::Kind::word || !token().is_plain) unexpected();
    const auto name = token().symbol;
    ++at_;
    const auto words = emit(Kind::for_begin);
    if (take("in")) {
      for (; token().kind == ShellToken::Kind::word; ++at_) program_[words].words.push_back(token().word);
    }
    if (!take(";") && !take("\n")) unexpected();
    skip_lines();
    const auto begin = emit(Kind::for_next);
    program_[begin].name = name;
    loop_body(begin);
    program_[begin].to = program_.size();
    emit(Kind::for_end);
  }

  static bool splits_assignment(const ShellToken& token, std::string& name, ShellWord& value) {
    if (token.word.empty() || token.word.front().kind != ShellPart::Kind::text || token.word.front().quoted) return false;
    const auto& text = token.word.front().text;
    const auto equals = text.find('=');
    constexpr std::string_view kNameChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (equals == std::string::npos || equals == 0 || text.find_first_not_of(kNameChars) != equals) return false;
    name = text.substr(0, equals);
    value = token.word;
    value.front().text.erase(0, equals + 1);
    return true;
  }

  void simple() {
    ShellStep step;
    bool any = false;
    for (;; any = true) {
      std::string name;
      ShellWord value;
      if (token().kind == ShellToken::Kind::symbol) {
        if (!redirection(step)) break;
        continue;
      }
      if (token().kind == ShellToken::Kind::end) break;
      if (step.words.empty() && splits_assignment(token(), name, value)) {
        step.assignments.emplace_back(std::move(name), std::move(value));
      } else {
        step.words.push_back(token().word);
      }
      ++at_;
    }
    if (!any) unexpected();
    if (jumps_out(step)) return;
    program_.push_back(std::move(step));
  }

  /// `break` and `continue` are jumps.
  bool jumps_out(const ShellStep& step) {
    if (begins_.empty() || step.words.size() != 1 || step.words[0].size() != 1) return false;
    const auto& word = step.words[0][0].text;
    if (word == "continue") {
      emit(Kind::jump, begins_.back());
      return true;
    }
    if (word != "break") return false;
    breaks_.back().push_back(emit(Kind::jump));
    return true;
  }

  bool redirection(ShellStep& step) {
    std::string_view text = token().symbol;
    ShellRedirect redirect;
    if (text.starts_with('1') || text.starts_with('2')) {
      redirect.stream = text.front() - '0';
      text.remove_prefix(1);
    }
    if (text == "<") {
      redirect.kind = ShellRedirect::Kind::input;
    } else if (text == ">>") {
      redirect.kind = ShellRedirect::Kind::append;
    } else if (text == ">&") {
      redirect.kind = ShellRedirect::Kind::copy;
    } else if (text != ">") {
      return false;
    }
    ++at_;
    if (token().kind != ShellToken::Kind::word) unexpected();
    if (redirect.kind == ShellRedirect::Kind::copy) {
      redirect.copy_of = token().symbol == "2" ? 2 : 1;
    } else {
      redirect.target = token().word;
    }
    ++at_;
    step.redirects.push_back(std::move(redirect));
    return true;
  }

  std::vector<ShellToken> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  ShellProgram program_;
  std::vector<std::size_t> begins_;
  std::vector<std::vector<std::size_t>> breaks_;
};

}  // namespace

ShellText read_shell(std::string_view text) {
  ShellText result;
  if (text.size() > kLongestScript) {
    result.problem = "sh: script too long";
    return result;
  }
  try {
    result.program = Compiler(shell_tokens(text)).whole();
  } catch (const ShellIncomplete&) {
    result.is_incomplete = true;
    result.problem = "sh: syntax error: unexpected end of file (expecting more)";
  } catch (const ShellProblem& problem) {
    result.problem = problem.what;
  }
  return result;
}

}  // namespace leakrig
