#include "harness/probe/proc_text.h"

#include <algorithm>
#include <array>

#include "harness/core/text_fields.h"

namespace leakrig {

std::optional<ProcStat> parse_stat(std::string_view text) {
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  ProcStat stat;
  stat.comm = std::string{text.substr(open + 1, close - open - 1)};
  auto rest = text.substr(close + 1);
  const auto state = next_word(rest);
  if (state.size() != 1) return std::nullopt;
  stat.state = state.front();
  std::array<std::int64_t, 19> fields{};  // from the 4th of proc(5), ppid, to the 22nd, starttime
  for (auto& field : fields) {
    const auto word = next_word(rest);
    const auto value = whole_number<std::int64_t>(word);
    // Some of them are unsigned and may be beyond this type; those that are used never are.
    if (!value && !whole_number<std::uint64_t>(word)) return std::nullopt;
    field = value.value_or(0);
  }
  stat.parent = fields[0];
  stat.group = fields[1];
  stat.session = fields[2];
  stat.cpu_ticks = static_cast<double>(fields[10]) + static_cast<double>(fields[11]);
  stat.start_ticks = static_cast<std::uint64_t>(fields[18]);
  return stat;
}

std::optional<std::uint64_t> parse_statm_resident(std::string_view text) {
  next_word(text);
  return whole_number<std::uint64_t>(next_word(text));
}

std::optional<double> parse_kilobytes(std::string_view text, std::string_view field) {
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.starts_with(field) || !line.substr(field.size()).starts_with(':')) continue;
    line.remove_prefix(field.size() + 1);
    const auto kilobytes = whole_number<std::uint64_t>(next_word(line));
    if (!kilobytes || next_word(line) != "kB") return std::nullopt;
    return static_cast<double>(*kilobytes) * 1024;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> socket_inode(std::string_view target) {
  constexpr std::string_view kPrefix = "socket:[";
  if (!target.starts_with(kPrefix) || !target.ends_with(']')) return std::nullopt;
  return whole_number<std::uint64_t>(target.substr(kPrefix.size(), target.size() - kPrefix.size() - 1));
}

std::string fd_kind(std::string_view target) {
  for (const std::string_view kind : {"socket", "pipe"}) {
    if (target.starts_with(kind) && target.substr(kind.size()).starts_with(":[")) return std::string{kind};
  }
  if (target.starts_with("anon_inode:")) return std::string{target};
  return collapse_numbers(target);
}

std::string collapse_numbers(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto hex = [&](char c) { return digit(c) || (c >= 'a' && c <= 'f'); };
  std::string out;
  while (!text.empty()) {
    const auto id = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), hex) - text.begin());
    const auto run =
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), digit) - text.begin());
    constexpr std::size_t kIdDigits = 8;
    if (id >= kIdDigits && std::any_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(id), digit)) {
      out += '#';
      text.remove_prefix(id);
    } else if (run > 0) {
      out += '#';
      text.remove_prefix(run);
    } else {
      // A run of letters is taken whole, so that the end of a word is not mistaken for an id's beginning.
      const auto rest = std::find_if(text.begin() + 1, text.end(), [&](char c) { return digit(c); });
      const auto letters = std::max<std::size_t>(1, id);
      const auto taken = std::min(letters, static_cast<std::size_t>(rest - text.begin()));
      out.append(text.substr(0, taken));
      text.remove_prefix(taken);
    }
  }
  return out;
}

}  // namespace leakrig
