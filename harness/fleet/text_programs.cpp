#include "harness/fleet/text_programs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "harness/core/text_fields.h"

namespace leakrig {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kMostText = 1U << 20U;

long long integer(std::string_view text, long long otherwise = 0) {
  return whole_number<long long>(text).value_or(otherwise);
}

/// The escapes of echo -e and printf.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    constexpr std::string_view kLetters = "abefnrtv\\";
    constexpr std::string_view kBytes = "\a\b\x1b\f\n\r\t\v\\";
    const char letter = text[++i];
    if (const auto at = kLetters.find(letter); at != std::string_view::npos) {
      out += kBytes[at];
    } else if (letter == 'x' || (letter >= '0' && letter <= '7')) {
      const int base = letter == 'x' ? 16 : 8;
      const std::size_t from = letter == 'x' ? i + 1 : i;
      const std::size_t most = letter == 'x' ? 2 : letter == '0' ? 4 : 3;
      unsigned value = 0;
      const auto digits = text.substr(from, most);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
      if (error == std::errc{}) out += static_cast<char>(value);
      i = from + static_cast<std::size_t>(end - digits.data()) - 1;
    } else {
      (out += '\\') += letter;
    }
  }
  return out;
}

ProgramResult code(int value) {
  ProgramResult result;
  result.code = value;
  return result;
}

ProgramResult echo(ProgramCall& call) {
  std::size_t first = 1;
  bool newline = true;
  bool escapes = false;
  for (; first < call.words.size(); ++first) {
    const auto& word = call.words[first];
    if (word.size() < 2 || word[0] != '-' || word.find_first_not_of("neE", 1) != std::string::npos) break;
    newline = newline && word.find('n') == std::string::npos;
    escapes = escapes || word.find('e') != std::string::npos;
  }
  std::string line;
  for (auto i = first; i < call.words.size(); ++i) line += (i > first ? " " : "") + call.words[i];
  call.out += escapes ? unescaped(line) : line;
  if (newline) call.out += '\n';
  return code(0);
}

/// One pass over printf's format with the arguments from `next` on.
void print_once(const std::string& format, const Words& words, std::size_t& next, std::string& out) {
  const auto take = [&] { return next < words.size() ? words[next++] : std::string{}; };
  for (std::size_t i = 0; i < format.size() && out.size() < kMostText; ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    std::string spec;
    for (++i; i < format.size() && std::string_view{"-+ #0123456789."}.find(format[i]) != std::string_view::npos; ++i) spec += format[i];
    const bool left = spec.starts_with('-');
    const auto width = static_cast<std::size_t>(std::clamp<long long>(integer(left ? spec.substr(1) : spec), 0, 1000));
    std::string text;
    switch (i < format.size() ? format[i] : '%') {
      case '%':
        text = "%";
        break;
      case 'b':
        text = unescaped(take());
        break;
      case 'c':
        text = take().substr(0, 1);
        break;
      case 'd':
      case 'i':
      case 'u':
        text = std::to_string(integer(take()));
        break;
      case 'x':
        text = fmt::format("{:x}", integer(take()));
        break;
      default:
        text = take();
    }
    const auto fill = text.size() < width ? width - text.size() : 0;
    out += left ? text + std::string(fill, ' ') : std::string(fill, spec.starts_with('0') ? '0' : ' ') + text;
  }
}

ProgramResult print(ProgramCall& call) {
  if (call.words.size() < 2) return code(2);
  const auto format = unescaped(call.words[1]);
  std::size_t next = 2;
  do {
    const auto before = next;
    print_once(format, call.words, next, call.out);
    if (next == before) break;
  } while (next < call.words.size() && call.out.size() < kMostText);
  return code(0);
}

ProgramResult seq(ProgramCall& call) {
  const auto count = call.words.size();
  if (count < 2) return code(1);
  const auto first = count > 2 ? integer(call.words[1]) : 1;
  const auto step = count > 3 ? integer(call.words[2], 1) : 1;
  const auto last = integer(call.words[count - 1]);
  if (step == 0) return code(1);
  constexpr std::uint64_t kMostNumbers = 100'000;
  std::uint64_t made = 0;
  for (auto i = first; (step > 0 ? i <= last : i >= last) && made < kMostNumbers; ++made) {
    call.out += std::to_string(i) + '\n';
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return code(0);
}

bool test_words(const ProgramCall& call, const Words& words) {
  if (words.empty()) return false;
  if (words[0] == "!") return !test_words(call, {words.begin() + 1, words.end()});
  if (words.size() == 1) return !words[0].empty();
  if (words.size() == 2) {
    if (words[0] == "-n") return !words[1].empty();
    if (words[0] == "-z") return words[1].empty();
    const auto* const entry = call.files->find(FileTree::clean_path(words[1], *call.directory));
    if (words[0] == "-d") return entry && entry->kind == FileEntry::Kind::directory;
    if (words[0] == "-f") return entry && entry->kind == FileEntry::Kind::file;
    if (words[0] == "-s") return entry && !entry->content.empty();
    if (words[0] == "-x") return entry && (entry->mode & 0111U) != 0;
    return entry != nullptr;
  }
  const auto& how = words[1];
  if (how == "=" || how == "==") return words[0] == words[2];
  if (how == "!=") return words[0] != words[2];
  const auto left = integer(words[0]);
  const auto right = integer(words[2]);
  return (how == "-eq" && left == right) || (how == "-ne" && left != right) || (how == "-lt" && left < right) ||
         (how == "-le" && left <= right) || (how == "-gt" && left > right) || (how == "-ge" && left >= right);
}

ProgramResult test(ProgramCall& call) {
  Words words(call.words.begin() + 1, call.words.end());
  if (program_name(call.words[0]) == "[" && !words.empty() && words.back() == "]") words.pop_back();
  return code(test_words(call, words) ? 0 : 1);
}

Words lines_of(std::string_view text) {
  Words lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return lines;
}

std::string flags_of(const Words& words) {
  std::string flags;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].size() > 1 && words[i][0] == '-') flags += words[i].substr(1);
  }
  return flags;
}

/// Expands "a-z".
std::string ranges(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (i + 2 >= text.size() || text[i + 1] != '-') continue;
    for (int c = text[i] + 1; c <= text[i + 2] && out.size() < kMostText; ++c) out += static_cast<char>(c);
    i += 2;
  }
  return out;
}

void translate(ProgramCall& call, const Words& plain) {
  const bool deletes = flags_of(call.words).find('d') != std::string::npos;
  const auto from = ranges(plain.empty() ? "" : unescaped(plain[0]));
  const auto to = ranges(plain.size() < 2 ? "" : unescaped(plain[1]));
  constexpr auto kStays = std::string::npos;
  std::array<std::size_t, 256> places{};
  places.fill(kStays);
  for (std::size_t i = from.size(); i-- > 0;) places[static_cast<unsigned char>(from[i])] = i;
  for (const char c : *call.input) {
    const auto at = places[static_cast<unsigned char>(c)];
    if (at == kStays) {
      call.out += c;
    } else if (!deletes && !to.empty()) {
      call.out += to[std::min(at, to.size() - 1)];
    }
  }
}

void count(ProgramCall& call) {
  const auto flags = flags_of(call.words);
  const auto& text = *call.input;
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    words += !blank && !inside ? 1U : 0U;
    inside = !blank;
  }
  const auto newlines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  call.out += flags == "l"   ? fmt::format("{}\n", newlines)
              : flags == "c" ? fmt::format("{}\n", text.size())
              : flags == "w" ? fmt::format("{}\n", words)
                             : fmt::format("{:>8}{:>8}{:>8}\n", newlines, words, text.size());
}

/// What takes lines and gives lines.
ProgramResult filter(ProgramCall& call, const Words& plain) {
  const auto name = program_name(call.words[0]);
  const auto flags = flags_of(call.words);
  // As much as a pipe holds here.
  if (call.input->size() > kMostText) call.input->resize(kMostText);
  auto lines = lines_of(*call.input);
  int status = 0;
  if (name == "grep") {
    const auto pattern = plain.empty() ? std::string{} : plain[0];
    const bool inverts = flags.find('v') != std::string::npos;
    // memmem takes time by the sum of both lengths; find may take their product.
    std::erase_if(lines, [&](const std::string& line) {
      return (::memmem(line.data(), line.size(), pattern.data(), pattern.size()) == nullptr) != inverts;
    });
    status = lines.empty() ? 1 : 0;
    if (flags.find('q') != std::string::npos) lines.clear();
    if (flags.find('c') != std::string::npos) lines = {std::to_string(lines.size())};
  } else if (name == "sort") {
    std::sort(lines.begin(), lines.end());
    if (flags.find('r') != std::string::npos) std::reverse(lines.begin(), lines.end());
    if (flags.find('u') != std::string::npos) lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  } else if (name == "uniq") {
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  } else if (name == "rev") {
    for (auto& line : lines) std::reverse(line.begin(), line.end());
  } else {
    std::size_t wanted = 10;
    for (std::size_t i = 1; i < call.words.size(); ++i) {
      const auto& word = call.words[i];
      if (!word.starts_with('-')) continue;
      const auto number = word == "-n" && i + 1 < call.words.size() ? call.words[i + 1] : word.substr(word.starts_with("-n") ? 2 : 1);
      wanted = static_cast<std::size_t>(std::max<long long>(0, integer(number, 10)));
    }
    if (lines.size() > wanted) {
      if (name == "head") lines.resize(wanted);
      if (name == "tail") lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(wanted));
    }
  }
  for (const auto& line : lines) call.out += line + '\n';
  return code(status);
}

/// Takes its input from the files it names, if it names any; false if one is missing.
bool takes_files(ProgramCall& call, Words& plain, std::size_t first) {
  while (plain.size() > first) {
    const auto* const file = call.files->find(FileTree::clean_path(plain[first], *call.directory));
    if (!file || file->kind != FileEntry::Kind::file) {
      call.err += fmt::format("{}: {}: No such file or directory\n", program_name(call.words[0]), plain[first]);
      return false;
    }
    if (!call.input) call.input.emplace();
    if (call.input->size() + file->content.size() <= FileTree::kMostBytes) *call.input += file->content;
    plain.erase(plain.begin() + static_cast<std::ptrdiff_t>(first));
  }
  return true;
}

ProgramResult tee(ProgramCall& call, const Words& plain) {
  for (const auto& path : plain)
    call.files->put(FileTree::clean_path(path, *call.directory), {FileEntry::Kind::file, 0644, *call.input, call.now});
  call.out += *call.input;
  return code(0);
}

}  // namespace

ProgramResult run_text_program(ProgramCall& call) {
  const auto name = program_name(call.words[0]);
  if (name == "echo") return echo(call);
  if (name == "printf") return print(call);
  if (name == "seq") return seq(call);
  if (name == "test" || name == "[") return test(call);
  Words plain;
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    if (call.words[i] == "-n" && (name == "head" || name == "tail")) {
      ++i;
    } else if (!call.words[i].starts_with('-') || call.words[i] == "-") {
      plain.push_back(call.words[i]);
    }
  }
  if (name == "basename" || name == "dirname") {
    const auto path = plain.empty() ? std::string{} : plain[0];
    const auto slash = path.rfind('/');
    call.out += (name == "basename" ? std::string{program_name(path)} : slash == std::string::npos ? "." : path.substr(0, slash)) + "\n";
    return code(0);
  }
  if (name == "expr") {
    const bool known = plain.size() == 3;
    const auto left = known ? integer(plain[0]) : 0;
    const auto right = known ? integer(plain[2]) : 0;
    long long value = 0;
    // Wraps as a machine's numbers do.
    if (known && plain[1] == "+") __builtin_add_overflow(left, right, &value);
    if (known && plain[1] == "-") __builtin_sub_overflow(left, right, &value);
    if (known && plain[1] == "*") __builtin_mul_overflow(left, right, &value);
    call.out += std::to_string(value) + "\n";
    return code(value == 0 ? 1 : 0);
  }
  const bool takes_text_first = name == "grep" || name == "tr";
  if (name != "tr" && name != "tee" && !takes_files(call, plain, takes_text_first ? 1 : 0)) return code(name == "grep" ? 2 : 1);
  if (!call.input) {
    ProgramResult result;
    result.next = ProgramResult::Next::reads_all;
    return result;
  }
  if (name == "wc") {
    count(call);
    return code(0);
  }
  if (name == "tr") {
    translate(call, plain);
    return code(0);
  }
  if (name == "tee") return tee(call, plain);
  return filter(call, plain);
}

}  // namespace leakrig
