#include "harness/fleet/shell_tokens.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace leakrig {
namespace {

constexpr std::array<std::string_view, 14> kSymbols{"&&", "||", ";;", ">>", "<<", ">&", "<&",
                                                    ";",  "&",  "|",  ">",  "<",  "(",  ")"};

bool is_name_char(char c, bool first) {
  return c == '_' || (first ? std::isalpha(static_cast<unsigned char>(c)) : std::isalnum(static_cast<unsigned char>(c))) != 0;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<ShellToken> all() {
    while (at_ < text_.size()) next();
    tokens_.emplace_back();
    return std::move(tokens_);
  }

  /// The rest as the inside of double quotes.
  ShellWord inside() {
    while (at_ < text_.size()) expandable(true);
    return std::move(word_);
  }

 private:
  void symbol(std::string text) { tokens_.push_back({ShellToken::Kind::symbol, std::move(text), {}, false}); }

  void next() {
    const char c = text_[at_];
    if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
      at_ += 2;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '\n') {
      symbol("\n");
      ++at_;
    } else if ((c == '1' || c == '2') && at_ + 1 < text_.size() && text_[at_ + 1] == '>') {
      ++at_;
      redirection(std::string(1, c));
    } else if (c == '>' || c == '<') {
      redirection("");
    } else if (const auto found = symbol_here(); !found.empty()) {
      symbol(std::string{found});
      at_ += found.size();
    } else {
      word();
    }
  }

  void redirection(std::string stream) {
    const auto found = symbol_here();
    if (found == "<<") throw ShellProblem{"sh: here-documents are not understood"};
    symbol(stream + std::string{found});
    at_ += found.size();
  }

  std::string_view symbol_here() const {
    for (const auto each : kSymbols) {
      if (text_.substr(at_).starts_with(each)) return each;
    }
    return {};
  }

  void word() {
    word_.clear();
    is_plain_ = true;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (std::string_view{" \t\r\n;&|<>()"}.find(c) != std::string_view::npos) break;
      if (c == '\'') {
        single_quoted();
      } else if (c == '"') {
        double_quoted();
      } else {
        expandable(false);
      }
    }
    ShellToken token{ShellToken::Kind::word, {}, std::move(word_), is_plain_};
    if (is_plain_ && token.word.size() == 1) token.symbol = token.word.front().text;
    tokens_.push_back(std::move(token));
  }

  void single_quoted() {
    const auto end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) throw ShellIncomplete{};
    is_plain_ = false;
    word_.push_back({ShellPart::Kind::text, std::string{text_.substr(at_ + 1, end - at_ - 1)}, true});
    at_ = end + 1;
  }

  void double_quoted() {
    is_plain_ = false;
    ++at_;
    word_.push_back({ShellPart::Kind::text, {}, true});
    while (at_ < text_.size() && text_[at_] != '"') expandable(true);
    if (at_ >= text_.size()) throw ShellIncomplete{};
    ++at_;
  }

  void put(char c, bool quoted) {
    if (word_.empty() || word_.back().kind != ShellPart::Kind::text || word_.back().quoted != quoted)
      word_.push_back({ShellPart::Kind::text, {}, quoted});
    word_.back().text += c;
  }

  void expandable(bool quoted) {
    const char c = text_[at_];
    if (c == '\\' && at_ + 1 < text_.size()) {
      const char escaped = text_[at_ + 1];
      const bool is_special = !quoted || std::string_view{"$`\"\\\n"}.find(escaped) != std::string_view::npos;
      at_ += 2;
      is_plain_ = false;
      if (!is_special) put('\\', quoted);
      if (escaped != '\n') put(escaped, true);
    } else if (c == '`') {
      const auto end = text_.find('`', at_ + 1);
      if (end == std::string_view::npos) throw ShellIncomplete{};
      part(ShellPart::Kind::command, text_.substr(at_ + 1, end - at_ - 1), quoted);
      at_ = end + 1;
    } else if (c == '$' && at_ + 1 < text_.size()) {
      dollar(quoted);
    } else {
      put(c, quoted);
      ++at_;
    }
  }

  void part(ShellPart::Kind kind, std::string_view text, bool quoted) {
    is_plain_ = false;
    word_.push_back({kind, std::string{text}, quoted});
  }

  void dollar(bool quoted) {
    const char c = text_[at_ + 1];
    const auto rest = text_.substr(at_);
    if (rest.starts_with("$((")) {
      const auto end = rest.find("))");
      if (end == std::string_view::npos) throw ShellIncomplete{};
      part(ShellPart::Kind::arithmetic, rest.substr(3, end - 3), quoted);
      at_ += end + 2;
    } else if (c == '(') {
      const auto end = closing(rest, 1);
      part(ShellPart::Kind::command, rest.substr(2, end - 2), quoted);
      at_ += end + 1;
    } else if (c == '{') {
      const auto end = rest.find('}');
      if (end == std::string_view::npos) throw ShellIncomplete{};
      part(ShellPart::Kind::variable, rest.substr(2, end - 2), quoted);
      at_ += end + 1;
    } else if (std::string_view{"?$#@*!"}.find(c) != std::string_view::npos || std::isdigit(static_cast<unsigned char>(c)) != 0) {
      part(ShellPart::Kind::variable, rest.substr(1, 1), quoted);
      at_ += 2;
    } else if (is_name_char(c, true)) {
      std::size_t end = 1;
      while (end < rest.size() && is_name_char(rest[end], false)) ++end;
      part(ShellPart::Kind::variable, rest.substr(1, end - 1), quoted);
      at_ += end;
    } else {
      put('$', quoted);
      ++at_;
    }
  }

  /// Where the parenthesis at `open` is closed again.
  static std::size_t closing(std::string_view text, std::size_t open) {
    int depth = 0;
    char quote = 0;
    for (auto i = open; i < text.size(); ++i) {
      if (quote != 0) {
        if (text[i] == quote) quote = 0;
      } else if (text[i] == '\'' || text[i] == '"') {
        quote = text[i];
      } else if (text[i] == '(') {
        ++depth;
      } else if (text[i] == ')' && --depth == 0) {
        return i;
      }
    }
    throw ShellIncomplete{};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  ShellWord word_;
  bool is_plain_ = true;
  std::vector<ShellToken> tokens_;
};

}  // namespace

std::vector<ShellToken> shell_tokens(std::string_view text) {
  return Lexer(text).all();
}

ShellWord expandable_text(std::string_view text) {
  return Lexer(text).inside();
}

}  // namespace leakrig
