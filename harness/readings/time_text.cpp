#include "harness/readings/time_text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

#include "harness/readings/numbers.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr int kYearUnknown = 2024;  // a leap year: it has each day

struct Zone {
  std::string_view name;
  int minutes;
};
constexpr std::array kZones{Zone{"z", 0},      Zone{"utc", 0},    Zone{"gmt", 0},    Zone{"wet", 0},
                            Zone{"west", 60},  Zone{"cet", 60},   Zone{"cest", 120}, Zone{"eet", 120},
                            Zone{"eest", 180}, Zone{"msk", 180},  Zone{"jst", 540},  Zone{"est", -300},
                            Zone{"edt", -240}, Zone{"cdt", -300}, Zone{"mst", -420}, Zone{"mdt", -360},
                            Zone{"pst", -480}, Zone{"pdt", -420}, Zone{"aest", 600}, Zone{"aedt", 660}};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<std::int64_t> days_of(int y, int m, int d) {
  if (y < 1 || y > 9999 || m < 1 || m > 12 || d < 1) return std::nullopt;
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) return std::nullopt;
  return sys_days{date}.time_since_epoch().count();
}

/// A text, taken from the front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  char peek() const { return text_.empty() ? '\0' : text_.front(); }
  bool take(char c) {
    if (peek() != c || c == '\0') return false;
    text_.remove_prefix(1);
    return true;
  }
  void blanks() {
    while (take(' ') || take('\t')) {
    }
  }
  /// Digits, at most `most`; how many were taken is in `size`.
  std::optional<int> number(std::size_t most, std::size_t& size) {
    size = 0;
    int value = 0;
    while (size < most && size < text_.size() && is_digit(text_[size]))
      value = value * 10 + (text_[size++] - '0');
    if (size == 0) return std::nullopt;
    text_.remove_prefix(size);
    return value;
  }
  std::size_t digits_ahead() const {
    std::size_t n = 0;
    while (n < text_.size() && is_digit(text_[n])) ++n;
    return n;
  }
  std::string_view letters() {
    std::size_t n = 0;
    while (n < text_.size() && is_letter(text_[n])) ++n;
    const auto word = text_.substr(0, n);
    text_.remove_prefix(n);
    return word;
  }
  double fraction() {
    double value = 0;
    double unit = 0.1;
    for (; is_digit(peek()); text_.remove_prefix(1), unit /= 10) value += unit * (text_.front() - '0');
    return value;
  }
  std::string_view rest() const { return text_; }
  void back_to(std::string_view text) { text_ = text; }

 private:
  std::string_view text_;
};

template <std::size_t N>
int index_of(const std::array<std::string_view, N>& names, std::string_view word) {
  if (word.size() < 3) return -1;
  const std::string lower = lower_case(word);
  for (std::size_t i = 0; i < N; ++i) {
    if (lower.starts_with(names[i]) && (lower.size() == 3 || lower.size() > 3)) return static_cast<int>(i);
  }
  return -1;
}

/// "6", "2025", "25" as the year that it means.
int full_year(int value, std::size_t digits) {
  return digits <= 2 ? 2000 + value : value;
}

/// "06-11 10:00:00", as dstat writes it.
bool date_without_year(int first, int second, DayOrder order, TimeText& time) {
  const bool day_first = order == DayOrder::day_first;
  time.days = days_of(kYearUnknown, day_first ? second : first, day_first ? first : second);
  time.order_matters = first != second;
  time.has_year = false;
  return time.days.has_value();
}

bool date_of_numbers(Scanner& in, DayOrder order, TimeText& time) {
  std::size_t first_size = 0;
  std::size_t size = 0;
  const auto first = in.number(8, first_size);
  if (!first) return false;
  if (first_size == 8) {
    time.days = days_of(*first / 10000, *first / 100 % 100, *first % 100);
    return time.days.has_value();
  }
  const char separator = in.peek();
  if ((separator != '-' && separator != '/' && separator != '.' && separator != ' ') || !in.take(separator))
    return false;
  if (is_letter(in.peek())) {  // 06-Nov-2025, 6 Nov 2025
    const int named = index_of(kMonths, in.letters());
    in.take('.');
    if (named < 0 || first_size > 2) return false;
    in.take(separator);
    const auto last = in.number(4, size);
    if (!last || size == 1 || size == 3) return false;
    time.days = days_of(full_year(*last, size), named + 1, *first);
    return time.days.has_value();
  }
  if (separator == ' ') return false;
  const auto second = in.number(2, size);
  if (second && first_size == 2 && size == 2 && separator != '.' && in.peek() == ' ')
    return date_without_year(*first, *second, order, time);
  if (!second || !in.take(separator)) return false;
  const auto third = in.number(4, size);
  if (!third || size == 3) return false;
  if (first_size == 4) {
    time.days = days_of(*first, *second, *third);
  } else if (first_size <= 2 && size >= 2) {
    // Nobody who writes points between the numbers of a date has the month first.
    const bool day_first = order == DayOrder::day_first || separator == '.';
    time.days = days_of(full_year(*third, size), day_first ? *second : *first, day_first ? *first : *second);
    time.order_matters = separator != '.' && *first != *second;
  }
  return time.days.has_value();
}

/// "Nov 6", "November 6, 2025", and the year of `date` stands at the end.
bool date_of_names(Scanner& in, TimeText& time, int& month_number, int& day_number) {
  month_number = index_of(kMonths, in.letters()) + 1;
  std::size_t size = 0;
  in.take('.');
  in.blanks();
  const auto number = in.number(2, size);
  if (month_number == 0 || !number) return false;
  day_number = *number;
  const auto here = in.rest();
  in.take(',');
  in.blanks();
  if (in.digits_ahead() == 4) {
    const auto y = in.number(4, size);
    time.days = days_of(*y, month_number, day_number);
  } else {
    in.back_to(here);
    time.days = days_of(kYearUnknown, month_number, day_number);
    time.has_year = false;
  }
  return time.days.has_value();
}

bool time_of_day(Scanner& in, TimeText& time) {
  std::size_t size = 0;
  const std::size_t ahead = in.digits_ahead();
  if (ahead == 6 || ahead == 4) {  // basic form, only behind a date
    if (!time.days) return false;
    const auto number = in.number(6, size);
    const int value = ahead == 4 ? *number * 100 : *number;
    if (value / 10000 > 23 || value / 100 % 100 > 59 || value % 100 > 60) return false;
    time.seconds_of_day = value / 10000 * 3600.0 + value / 100 % 100 * 60.0 + value % 100;
    if (in.take('.') || in.take(',')) time.seconds_of_day += in.fraction();
    time.has_time = true;
    return true;
  }
  const auto hour = in.number(2, size);
  if (!hour || !in.take(':')) return false;
  const auto minute = in.number(2, size);
  if (!minute || *minute > 59 || size != 2) return false;
  double seconds = 0;
  if (in.take(':')) {
    const auto whole = in.number(2, size);
    if (!whole || *whole > 60) return false;
    seconds = *whole;
    if (in.take('.') || in.take(',')) seconds += in.fraction();
  }
  int hours = *hour;
  const auto here = in.rest();
  in.blanks();
  const std::string half = lower_case(in.letters());
  if (half == "am" || half == "pm") {
    if (hours < 1 || hours > 12) return false;
    hours = hours % 12 + (half == "pm" ? 12 : 0);
  } else {
    in.back_to(here);
  }
  if (hours > 24 || (hours == 24 && (*minute != 0 || seconds > 0))) return false;
  time.seconds_of_day = hours * 3600.0 + *minute * 60.0 + seconds;
  time.has_time = true;
  return true;
}

bool zone(Scanner& in, TimeText& time) {
  in.blanks();
  if (in.peek() == '+' || in.peek() == '-') {
    const int sign = in.peek() == '-' ? -1 : 1;
    in.take(in.peek());
    std::size_t size = 0;
    const std::size_t ahead = in.digits_ahead();
    const auto number = in.number(4, size);
    if (!number || ahead > 4 || ahead == 3) return false;
    int minutes = ahead == 4 ? *number / 100 * 60 + *number % 100 : *number * 60;
    if (ahead <= 2 && in.take(':')) {
      const auto more = in.number(2, size);
      if (!more || size != 2) return false;
      minutes += *more;
    }
    if (minutes > 24 * 60) return false;
    time.offset_s = sign * minutes * 60;
    return true;
  }
  if (!is_letter(in.peek())) return true;
  const auto here = in.rest();
  const std::string name = lower_case(in.letters());
  for (const auto& known : kZones) {
    if (known.name != name) continue;
    time.offset_s = known.minutes * 60;
    if (name == "utc" || name == "gmt") {  // "UTC+02:00"
      if (in.peek() == '+' || in.peek() == '-') return zone(in, time);
    }
    return true;
  }
  in.back_to(here);
  return false;
}

/// "2025-11-06T10:00:00[.f]Z": most files have it, and a million rows of it are to be quick.
std::optional<TimeText> parse_iso(std::string_view text) {
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':' ||
      (text[10] != 'T' && text[10] != ' '))
    return std::nullopt;
  bool digits = true;
  const auto two = [&](std::size_t at) {
    digits = digits && is_digit(text[at]) && is_digit(text[at + 1]);
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
  };
  const int y = two(0) * 100 + two(2);
  const int m = two(5);
  const int d = two(8);
  const int hour = two(11);
  const int minute = two(14);
  const int second = two(17);
  if (!digits || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  TimeText time;
  time.days = days_of(y, m, d);
  if (!time.days) return std::nullopt;
  time.seconds_of_day = hour * 3600.0 + minute * 60.0 + second;
  time.has_time = true;
  Scanner rest{text.substr(19)};
  if (rest.take('.') || rest.take(',')) time.seconds_of_day += rest.fraction();
  if (rest.done()) return time;
  if (!zone(rest, time) || !rest.done()) return std::nullopt;
  return time;
}

void skip_weekday(Scanner& in) {
  const auto here = in.rest();
  const auto word = in.letters();
  if (index_of(kWeekdays, word) < 0 || index_of(kMonths, word) >= 0) {
    in.back_to(here);
    return;
  }
  in.take(',');
  in.blanks();
}

}  // namespace

std::optional<TimeText> parse_time_text(std::string_view text, DayOrder order) {
  text = trimmed(text);
  if (text.size() > 64 || text.size() < 4) return std::nullopt;
  if (auto iso = parse_iso(text)) return iso;
  TimeText time;
  Scanner in{text};
  in.take('[');
  skip_weekday(in);
  int month_number = 0;
  int day_number = 0;
  const auto begin = in.rest();
  const bool date = is_letter(in.peek()) ? date_of_names(in, time, month_number, day_number)
                                         : date_of_numbers(in, order, time);
  if (!date) {
    time = TimeText{};
    in.back_to(begin);
  } else {
    in.take(',');
    if (!in.take('T') && !in.take(':')) in.blanks();
    if (in.take('@')) in.blanks();  // Kibana
  }
  if (!in.done() && !time_of_day(in, time)) return std::nullopt;
  if (!zone(in, time)) return std::nullopt;
  in.blanks();
  if (!time.has_year && in.digits_ahead() == 4) {
    std::size_t size = 0;
    const auto y = in.number(4, size);
    time.days = days_of(*y, month_number, day_number);
    time.has_year = true;
    if (!time.days) return std::nullopt;
  }
  in.take(']');
  if (!in.done() || (!time.days && !time.has_time)) return std::nullopt;
  return time;
}

}  // namespace leakrig
