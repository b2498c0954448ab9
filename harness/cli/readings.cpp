#include "harness/cli/readings.h"

#include <csv.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/core/error.h"

namespace leakrig {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kChunk = 1 << 16;
constexpr std::size_t kLongestLine = 1 << 20;

/// A number, NaN for a gap, or nothing for neither.
std::optional<double> parse_cell(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  if (text.empty() || text == "null" || text == "NA") return kNone;
  double value = 0;
  if (text.front() == '+') text.remove_prefix(1);
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Takes rows, whatever the format, into the series; knows the rules that both formats share.
class RowTaker {
 public:
  RowTaker(std::string source, const ReadingsOptions& options)
      : source_(std::move(source)), options_(options) {}

  [[noreturn]] void fail(const std::string& message) const {
    throw UsageError(fmt::format("{}:{}: {}", source_, line_, message));
  }
  void set_line(std::uint64_t line) { line_ = line; }
  std::uint64_t line() const { return line_; }

  static bool is_metric(std::string_view name) {
    constexpr std::array<std::string_view, 6> kOthers{"t_s",     "time",  "containers",
                                                      "cycle_s", "due_s", "variant"};
    return std::find(kOthers.begin(), kOthers.end(), name) == kOthers.end() && !name.starts_with("rig_");
  }
  bool wanted(std::string_view name) const {
    return options_.metrics.empty()
               ? is_metric(name)
               : std::find(options_.metrics.begin(), options_.metrics.end(), name) != options_.metrics.end();
  }
  /// False if the row is of a variant that was not asked for.
  bool of_variant(const std::string& variant) {
    if (options_.variant) return variant == *options_.variant;
    if (variant_ && *variant_ != variant) {
      fail(fmt::format("a second variant, \"{}\" after \"{}\"; choose one with --variant", variant,
                       *variant_));
    }
    variant_ = variant;
    return true;
  }

  double time_from(const std::string& text, bool iso) const {
    const auto value = iso ? parse_iso8601(text) : parse_cell(text);
    if (!value || !std::isfinite(*value)) {
      fail(iso ? fmt::format("\"{}\" is no ISO 8601 time such as 2025-11-06T10:00:00Z", text)
               : fmt::format("t_s is \"{}\", not a finite number", text));
    }
    return *value;
  }
  /// Begins a row at `seconds`.
  void begin_row(double seconds) {
    if (!origin_) origin_ = seconds;
    const double minute = (seconds - *origin_) / 60;
    if (readings_.rows > 0 && minute < minute_) {
      fail(fmt::format("time goes back, by {:g} s; sort the rows by time", (minute_ - minute) * 60));
    }
    minute_ = minute;
    ++readings_.rows;
  }
  void set_containers(double value) { containers_ = value; }
  void set_cycle(double seconds) {
    if (std::isnan(seconds)) return;
    if (!(seconds > 0) || !std::isfinite(seconds)) fail("cycle_s must be above 0");
    readings_.cycle_minutes = seconds / 60;
  }
  void add(const std::string& name, double value) {
    if (std::isnan(value)) {
      ++readings_.gaps;
      return;
    }
    if (!std::isfinite(value)) fail(fmt::format("{} is infinite", name));
    readings_.metrics[name].add(minute_, value, containers_);
  }

  Readings finish() {
    if (readings_.rows == 0) throw UsageError(fmt::format("{}: no rows", source_));
    for (const auto& name : options_.metrics) {
      if (readings_.metrics.contains(name)) continue;
      std::vector<std::string> there;
      for (const auto& [other, unused] : readings_.metrics) there.push_back(other);
      throw UsageError(
          fmt::format("{}: no metric \"{}\"{}", source_, name,
                      there.empty() ? "" : fmt::format("; there are: {}", fmt::join(there, ", "))));
    }
    if (readings_.metrics.empty())
      throw UsageError(fmt::format("{}: no column of numbers beside the time", source_));
    return std::move(readings_);
  }

 private:
  std::string source_;
  const ReadingsOptions& options_;
  Readings readings_;
  std::uint64_t line_ = 1;
  std::optional<std::string> variant_;
  std::optional<double> origin_;
  double minute_ = 0;
  double containers_ = kNone;
};

/// CSV by libcsv's callbacks, a row at a time.
class CsvReader {
 public:
  explicit CsvReader(RowTaker& rows) : rows_(rows) {
    if (csv_init(&parser_, CSV_APPEND_NULL) != 0) throw Error("cannot start the CSV parser");
  }
  ~CsvReader() { csv_free(&parser_); }
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  void feed(std::string_view text) {
    if (csv_parse(&parser_, text.data(), text.size(), on_field, on_row, this) != text.size()) {
      rows_.fail(csv_strerror(csv_error(&parser_)));
    }
    rethrow();
  }
  void finish() {
    csv_fini(&parser_, on_field, on_row, this);
    rethrow();
    if (header_.empty()) rows_.fail("no header");
  }

 private:
  static void on_field(void* text, std::size_t size, void* self) {
    auto& reader = *static_cast<CsvReader*>(self);
    if (reader.failure_) return;
    if (reader.width_ == reader.cells_.size()) reader.cells_.emplace_back();
    if (text == nullptr) {
      reader.cells_[reader.width_++].clear();
    } else {
      reader.cells_[reader.width_++].assign(static_cast<const char*>(text), size);
    }
  }
  /// The library is C: an exception must not pass through it.
  static void on_row(int, void* self) {
    auto& reader = *static_cast<CsvReader*>(self);
    if (reader.failure_) return;
    try {
      reader.take_row();
    } catch (...) {
      reader.failure_ = std::current_exception();
    }
    reader.width_ = 0;
  }
  void rethrow() {
    if (failure_) std::rethrow_exception(failure_);
  }

  void take_row() {
    if (header_.empty()) {
      take_header();
    } else if (width_ != header_.size()) {
      rows_.fail(fmt::format("{} cells where the header has {}", width_, header_.size()));
    } else {
      take_values();
    }
    rows_.set_line(rows_.line() + 1);
  }
  void take_header() {
    header_.assign(cells_.begin(), cells_.begin() + static_cast<std::ptrdiff_t>(width_));
    const auto column = [&](const char* name) -> std::size_t {
      return static_cast<std::size_t>(std::find(header_.begin(), header_.end(), name) - header_.begin());
    };
    iso_ = column("t_s") == header_.size();
    time_ = column(iso_ ? "time" : "t_s");
    if (time_ == header_.size())
      rows_.fail(
          fmt::format("no time column: the header needs t_s or time, has {}", fmt::join(header_, ", ")));
    containers_ = column("containers");
    cycle_ = column("cycle_s");
    variant_ = column("variant");
    for (const auto& name : header_) wanted_.push_back(rows_.wanted(name));
  }
  double number(std::size_t column) const {
    const auto value = parse_cell(cells_[column]);
    if (!value) rows_.fail(fmt::format("{} is \"{}\", not a number", header_[column], cells_[column]));
    return *value;
  }
  void take_values() {
    if (variant_ < width_ && !rows_.of_variant(cells_[variant_])) return;
    rows_.begin_row(rows_.time_from(cells_[time_], iso_));
    if (containers_ < width_) rows_.set_containers(number(containers_));
    if (cycle_ < width_) rows_.set_cycle(number(cycle_));
    for (std::size_t i = 0; i < width_; ++i) {
      if (wanted_[i]) rows_.add(header_[i], number(i));
    }
  }

  RowTaker& rows_;
  csv_parser parser_{};
  std::exception_ptr failure_;
  std::vector<std::string> cells_;  ///< reused from row to row
  std::size_t width_ = 0;
  std::vector<std::string> header_;
  std::vector<bool> wanted_;
  std::size_t time_ = 0, containers_ = 0, cycle_ = 0, variant_ = 0;
  bool iso_ = false;
};

void read_csv(std::istream& in, const std::string& first, RowTaker& rows) {
  CsvReader reader(rows);
  std::string chunk(kChunk, '\0');
  reader.feed(first);
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
    reader.feed(std::string_view{chunk}.substr(0, static_cast<std::size_t>(in.gcount())));
  }
  reader.finish();
}

void take_object(const nlohmann::json& object, RowTaker& rows) {
  if (!object.is_object()) rows.fail("not an object");
  if (object.value("missed", false)) return;
  if (object.contains("variant") && object.at("variant").is_string() &&
      !rows.of_variant(object.at("variant").get<std::string>()))
    return;
  if (object.contains("t_s") && object.at("t_s").is_number()) {
    rows.begin_row(object.at("t_s").get<double>());
  } else if (object.contains("time") && object.at("time").is_string()) {
    rows.begin_row(rows.time_from(object.at("time").get<std::string>(), true));
  } else {
    rows.fail("no time: t_s as a number, or time as ISO 8601");
  }
  const auto number = [&](const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number() ? found->get<double>() : kNone;
  };
  rows.set_containers(number("containers"));
  rows.set_cycle(number("cycle_s"));
  for (const auto& [name, value] : object.items()) {
    if (!rows.wanted(name)) continue;
    if (value.is_number()) rows.add(name, value.get<double>());
    if (value.is_null()) rows.add(name, kNone);
  }
}

void read_json_lines(std::istream& in, std::string first, RowTaker& rows) {
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line) || !first.empty(); ++number) {
    line.insert(0, first);
    first.clear();
    rows.set_line(number);
    if (line.size() > kLongestLine) rows.fail("a line of more than 1 MiB");
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (object.is_discarded()) rows.fail("not JSON");
    take_object(object, rows);
    line.clear();
  }
}

}  // namespace

void ThinnedSeries::add(double minute, double value, double containers) {
  ++readings_;
  const bool same_time = !points_.empty() && points_.back().last_minute == minute;
  if (points_.empty() || (points_.back().weight >= static_cast<double>(per_point_) && !same_time)) {
    if (points_.size() == kMostPoints) halve();
    points_.emplace_back();
  }
  Point& point = points_.back();
  // Means by increments: sums of huge values would overflow.
  point.weight += 1;
  point.minutes += (minute - point.minutes) / point.weight;
  point.values += value / point.weight - point.values / point.weight;
  point.containers += (containers - point.containers) / point.weight;
  point.last_minute = minute;
}

void ThinnedSeries::halve() {
  for (std::size_t i = 0; 2 * i + 1 < points_.size(); ++i) {
    const Point a = points_[2 * i];
    const Point b = points_[2 * i + 1];
    const double weight = a.weight + b.weight;
    const auto mean = [&](double x, double y) { return x * (a.weight / weight) + y * (b.weight / weight); };
    points_[i] = {mean(a.minutes, b.minutes), mean(a.values, b.values), mean(a.containers, b.containers),
                  weight, b.last_minute};
  }
  points_.resize(points_.size() / 2);
  per_point_ *= 2;
}

stats::Series ThinnedSeries::take() const {
  stats::Series series;
  bool load_known = true;
  for (const auto& point : points_) {
    series.minutes.push_back(point.minutes);
    series.values.push_back(point.values);
    series.containers.push_back(point.containers);
    load_known = load_known && std::isfinite(point.containers);
  }
  if (!load_known) series.containers.clear();
  return series;
}

std::optional<double> parse_iso8601(const std::string& text) {
  tm parts{};
  const char* at = ::strptime(text.c_str(), "%Y-%m-%d", &parts);
  if (at == nullptr || (*at != 'T' && *at != ' ')) return std::nullopt;
  at = ::strptime(at + 1, "%H:%M:%S", &parts);
  if (at == nullptr) return std::nullopt;
  double seconds = static_cast<double>(::timegm(&parts));
  if (*at == '.' || *at == ',') {
    double unit = 0.1;
    for (++at; *at >= '0' && *at <= '9'; ++at, unit /= 10) seconds += unit * (*at - '0');
  }
  if (*at == '\0' || (*at == 'Z' && at[1] == '\0')) return seconds;
  int hours = 0;
  int minutes = 0;
  char end = '\0';
  if ((*at != '+' && *at != '-') || ::sscanf(at + 1, "%2d:%2d%c", &hours, &minutes, &end) != 2)
    return std::nullopt;
  const double offset = hours * 3600.0 + minutes * 60.0;
  return *at == '+' ? seconds - offset : seconds + offset;
}

Readings read_readings(std::istream& in, const std::string& source, const ReadingsOptions& options) {
  RowTaker rows(source, options);
  int first = in.get();
  while (first == ' ' || first == '\n' || first == '\r' || first == '\t') first = in.get();
  if (first == std::istream::traits_type::eof())
    throw UsageError(fmt::format("{}: empty, or cannot be read", source));
  const std::string begun(1, static_cast<char>(first));
  if (first == '{') {
    read_json_lines(in, begun, rows);
  } else {
    read_csv(in, begun, rows);
  }
  return rows.finish();
}

}  // namespace leakrig
