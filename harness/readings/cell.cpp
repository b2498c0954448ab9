#include "harness/readings/cell.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "harness/readings/numbers.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

bool is_gap(std::string_view text) {
  if (text.empty()) return true;
  if (text.size() > 9) return false;
  constexpr std::string_view kFirst = "-nNuU?#(\\.*mM";
  if (kFirst.find(text.front()) == std::string_view::npos) return false;
  const std::string lower = lower_case(text);
  return is_one_of(lower, {"-", "--", "---", "n/a", "na", "nan", "-nan", "null", "none", "nil", "undefined",
                           "?", "#n/a", "(null)", "\\n", ".", "*", "n.a.", "missing"});
}

/// The size of a blank or apostrophe before the next three digits, as typography has them between thousands:
/// U+00A0, U+2009, U+202F, U+2019. 0: none.
std::size_t group_sign(std::string_view text) {
  for (const std::string_view sign : {"\xc2\xa0", "\xe2\x80\x89", "\xe2\x80\xaf", "\xe2\x80\x99"}) {
    if (!text.starts_with(sign)) continue;
    const auto digits = text.substr(sign.size(), 3);
    if (digits.size() == 3 && std::all_of(digits.begin(), digits.end(), is_digit)) return sign.size();
  }
  return 0;
}

/// The digits and separators that a number begins with: "1,234.5" of "1,234.5 MiB".
std::string_view digits_of(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size()) {
    const char c = text[end];
    const bool sign = (c == '+' || c == '-') && (end == 0 || text[end - 1] == 'e' || text[end - 1] == 'E');
    const bool exponent = (c == 'e' || c == 'E') && end > 0 && is_digit(text[end - 1]) &&
                          end + 1 < text.size() &&
                          (is_digit(text[end + 1]) || ((text[end + 1] == '-' || text[end + 1] == '+') &&
                                                       end + 2 < text.size() && is_digit(text[end + 2])));
    const bool grouped = (c == '\'' || c == '_' || c == ' ') && end > 0 && is_digit(text[end - 1]) &&
                         end + 3 < text.size() && is_digit(text[end + 1]) && is_digit(text[end + 2]) &&
                         is_digit(text[end + 3]);
    if (const std::size_t size = group_sign(text.substr(end)); size > 0 && end > 0) {
      end += size;
      continue;
    }
    if (!is_digit(c) && c != '.' && c != ',' && !sign && !exponent && !grouped) break;
    ++end;
  }
  return text.substr(0, end);
}

/// Nothing if groups of thousands are not of three digits.
std::optional<double> number_from(std::string_view text, Decimal decimal) {
  const char sign = decimal == Decimal::point ? '.' : ',';
  const char group = decimal == Decimal::point ? ',' : '.';
  std::array<char, 64> plain{};
  std::size_t size = 0;
  std::size_t since_group = 0;
  bool grouped = false;
  bool fraction = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (size == plain.size()) return std::nullopt;
    if (c == sign) {
      if (fraction || (grouped && since_group != 3)) return std::nullopt;
      fraction = true;
      plain[size++] = '.';
    } else if (c == group) {
      if (fraction || i == 0 || (grouped ? since_group != 3 : since_group == 0 || since_group > 3))
        return std::nullopt;
      grouped = true;
      since_group = 0;
    } else if (c == '\'' || c == '_' || c == ' ' || static_cast<unsigned char>(c) >= 0x80) {
      continue;
    } else {
      if (is_digit(c) && !fraction) ++since_group;
      if (c != '+' || i != 0) plain[size++] = c;
    }
  }
  if (grouped && !fraction && since_group != 3) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + size, value);
  if (size == 0 || end != plain.data() + size) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
  if (error != std::errc{}) return std::nullopt;
  return value;
}

}  // namespace

Cell parse_cell(std::string_view text, Decimal decimal) {
  text = trimmed(text);
  if (is_gap(text)) return {Cell::Kind::gap, kNothing, nullptr};
  constexpr std::string_view kFirst = "0123456789+-.,iI";
  if (kFirst.find(text.front()) == std::string_view::npos) return {};
  const std::string_view digits = trimmed(digits_of(text));
  const std::string_view behind = trimmed(text.substr(digits.size()));
  if (digits.empty() || digits.find_first_of("0123456789") == std::string_view::npos) {
    const std::string lower = lower_case(text);
    if (is_one_of(lower, {"inf", "+inf", "infinity", "-inf"}))
      return {Cell::Kind::number, std::numeric_limits<double>::infinity(), nullptr};
    return {};
  }
  const auto value = number_from(digits, decimal);
  if (!value) return {};
  if (behind.empty()) return {Cell::Kind::number, *value, nullptr};
  const Unit* unit = unit_of(behind, true);
  if (unit == nullptr) return {};
  return {Cell::Kind::number, *value * unit->factor, unit};
}

void SeparatorEvidence::add(std::string_view number) {
  const auto points = std::count(number.begin(), number.end(), '.');
  const auto commas = std::count(number.begin(), number.end(), ',');
  if (points + commas == 0) return;
  if (points > 0 && commas > 0) {
    ++(number.rfind('.') > number.rfind(',') ? point : comma);
  } else if (points + commas > 1) {
    ++(points > 1 ? comma : point);  // groups of thousands: the other sign is the decimal one
  } else {
    const char sign = points > 0 ? '.' : ',';
    const std::size_t at = number.find(sign);
    const std::size_t first = number.find_first_of("0123456789");
    const bool three_behind =
        number.size() == at + 4 &&
        std::all_of(number.begin() + static_cast<std::ptrdiff_t>(at) + 1, number.end(), is_digit);
    const bool thousands = three_behind && first < at && at - first <= 3 && number[first] != '0';
    if (thousands) ++(sign == '.' ? either_point : either_comma);
    if (!thousands) ++(sign == '.' ? point : comma);
  }
}

void SeparatorEvidence::add(const SeparatorEvidence& other) {
  point += other.point;
  comma += other.comma;
  either_point += other.either_point;
  either_comma += other.either_comma;
}

namespace {

/// The common case: the whole cell is a plain number.
bool parse_plain(std::string_view text, double& value) {
  if (text.empty() || !(is_digit(text.front()) || text.front() == '-')) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
}

/// The commonest of all: digits alone, few enough to be exact.
bool parse_digits(std::string_view text, double& value) {
  if (text.empty() || text.size() > 15) return false;
  std::int64_t whole = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    whole = whole * 10 + (c - '0');
  }
  value = static_cast<double>(whole);
  return true;
}

void note_unit(const Unit* unit, ParsedColumn& parsed) {
  if (parsed.unit != nullptr && unit != nullptr && parsed.unit->dimension != unit->dimension)
    parsed.mixed_dimensions = true;
  if (unit != nullptr && parsed.unit == nullptr) {
    parsed.some_without_unit = parsed.some_without_unit || parsed.numbers > 0;
    parsed.unit = unit;
  }
  if (unit == nullptr && parsed.unit != nullptr) parsed.some_without_unit = true;
}

}  // namespace

ParsedColumn parse_column(const RawColumn& column, Decimal decimal) {
  ParsedColumn parsed;
  parsed.values.reserve(column.size());
  for (std::size_t i = 0; i < column.size(); ++i) {
    const std::string_view text = column.text(i);
    double value = 0;
    if (parse_digits(text, value) && parsed.unit == nullptr) {
      ++parsed.numbers;
      parsed.values.push_back(value);
      continue;
    }
    if (decimal == Decimal::point && parse_plain(text, value)) {
      const bool pointed = value != std::trunc(value) || text.find('.') != std::string_view::npos;
      if (pointed) {
        parsed.separators.add(text);
        if (parsed.separators.either_point == 1 && parsed.either_way.empty())
          parsed.either_way = std::string{text};
      }
      if (parsed.unit != nullptr && value != 0) parsed.some_without_unit = true;
      ++parsed.numbers;
      parsed.values.push_back(value);
      continue;
    }
    parsed.values.push_back(kNothing);
    const std::string_view digits = trimmed(digits_of(trimmed(text)));
    const Cell cell = parse_cell(text, decimal);
    if (cell.kind == Cell::Kind::text) {
      if (parsed.texts++ == 0) parsed.first_text = i;
      // "10,5" as a number with a point is text: it still says that this file has a decimal comma.
      if (!digits.empty() && trimmed(trimmed(text).substr(digits.size())).size() <= 3)
        parsed.separators.add(digits);
      continue;
    }
    if (cell.kind == Cell::Kind::gap) {
      ++parsed.gaps;
      continue;
    }
    if (!std::isfinite(cell.value)) {
      ++parsed.infinite;
      continue;
    }
    parsed.separators.add(digits);
    if (parsed.separators.either_point + parsed.separators.either_comma == 1 && parsed.either_way.empty())
      parsed.either_way = std::string{digits};
    note_unit(cell.unit, parsed);
    ++parsed.numbers;
    parsed.values.back() = cell.value;
  }
  return parsed;
}

}  // namespace leakrig
