#include "harness/fleet/script.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "harness/core/units.h"

namespace leakrig {
namespace {

constexpr std::uint64_t kMostLines = 1'000'000;
constexpr Nanos kLongestSleep = std::chrono::hours{24 * 365};
constexpr double kMostLinesPerS = 10'000;
/// A line in eleven days; what is slower never writes.
constexpr double kLeastLinesPerS = 1e-6;

std::string_view program_of(std::string_view word) {
  return word.substr(word.rfind('/') + 1);
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value < 0)
    return std::nullopt;
  return value;
}

/// "3" (seconds) or "500ms".
std::optional<Nanos> length_of_sleep(std::string_view text) {
  if (const auto seconds = number_in(text)) return from_seconds(std::min(*seconds, 1e8));
  return parse_duration(text);
}

/// Words of a shell's script, quotes taken off, with ";" and "&&" as words of their own.
std::vector<std::string> shell_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  const auto finish = [&] {
    if (in_word) words.push_back(word);
    word.clear();
    in_word = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t') {
      finish();
    } else if (c == ';' || c == '\n' || c == '&') {
      finish();
      if (c == '&' && i + 1 < text.size() && text[i + 1] == '&') ++i;
      words.emplace_back(";");
    } else {
      word += c;
      in_word = true;
    }
  }
  finish();
  return words;
}

using Words = std::vector<std::string>;

/// Does one simple command; false when nothing after it runs: it stays, or it was `exit`.
bool run(const Words& words, std::optional<double> service_rate, Script& script, bool& stays) {
  if (words.empty()) return true;
  const auto program = program_of(words.front());
  const auto argument = words.size() > 1 ? std::string_view{words[1]} : std::string_view{};
  script.exit_code = 0;
  if (program == "echo") {
    std::string line;
    for (std::size_t i = 1; i < words.size(); ++i) line += (i > 1 ? " " : "") + words[i];
    script.output.push_back(line);
    ++script.lines;
    return true;
  }
  if (program == "true" || program == ":") return true;
  if (program == "false") {
    script.exit_code = 1;
    return true;
  }
  if (program == "exit") {
    script.exit_code = static_cast<int>(std::fmod(number_in(argument).value_or(0), 256));
    return false;
  }
  if (program == "burst") {
    script.lines += static_cast<std::uint64_t>(std::min(number_in(argument).value_or(100), double{kMostLines}));
    script.lines = std::min(script.lines, kMostLines);
    return true;
  }
  if (program == "sleep") {
    const auto length = length_of_sleep(argument);
    if (length) script.runs_for = std::min(script.runs_for.value_or(Nanos{0}) + std::min(*length, kLongestSleep), kLongestSleep);
    stays = !length;
    return !stays;
  }
  stays = true;
  if (program == "lines" || program == "yes") {
    script.lines_per_s = std::min(number_in(argument).value_or(service_rate.value_or(1)), kMostLinesPerS);
    if (script.lines_per_s < kLeastLinesPerS) script.lines_per_s = 0;
  } else if (program == "cat" && words.size() == 1) {
    script.echoes_input = script.reads_input = true;
  } else if ((program == "sh" || program == "bash" || program == "ash") && words.size() == 1) {
    script.reads_input = true;
  } else if (program != "tail" && program != "pause" && program != "silent") {
    stays = service_rate.has_value();
    script.lines_per_s = service_rate.value_or(0);
  }
  return !stays;
}

}  // namespace

Script read_script(const std::vector<std::string>& command, std::optional<double> service_rate) {
  std::vector<Words> commands;
  if (command.size() >= 3 && program_of(command[0]).ends_with("sh") && command[1].ends_with("c")) {
    commands.emplace_back();
    for (auto& word : shell_words(command[2])) {
      if (word == ";") {
        commands.emplace_back();
      } else {
        commands.back().push_back(std::move(word));
      }
    }
  } else {
    commands.push_back(command);
  }
  Script script;
  bool stays = false;
  if (command.empty()) {
    stays = service_rate.has_value();
    script.lines_per_s = service_rate.value_or(0);
  }
  for (const auto& words : commands) {
    if (!run(words, service_rate, script, stays)) break;
  }
  if (stays) {
    script.runs_for.reset();
  } else if (!script.runs_for) {
    script.runs_for = Nanos{0};
  }
  return script;
}

}  // namespace leakrig
