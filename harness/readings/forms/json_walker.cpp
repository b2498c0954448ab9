#include "harness/readings/forms/json_walker.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"

namespace leakrig {
namespace {

constexpr std::size_t kLongestToken = std::size_t{1} << 20U;

/// A file's characters for the parser; counts lines, and bytes since something came of them.
class Characters {
 public:
  explicit Characters(TextInput& in) : in_(in) { refill(); }

  bool done() const { return at_ == end_; }
  const char& front() const { return *at_; }
  void pop() {
    if (++at_ == end_) refill();
  }
  void moved() {
    since_moved_ = 0;
    mark_ = at_;
  }
  /// Brings the input's line up to date.
  void count_lines() {
    line_ += static_cast<std::uint64_t>(std::count(counted_, at_, '\n'));
    counted_ = at_;
    in_.set_line(line_);
  }
  TextInput& input() { return in_; }

 private:
  void refill() {
    if (counted_ != nullptr) {
      line_ += static_cast<std::uint64_t>(std::count(counted_, end_, '\n'));
      since_moved_ += static_cast<std::size_t>(end_ - mark_);
      if (since_moved_ > kLongestToken) {
        in_.set_line(line_);
        in_.fail("a string or number of more than 1 MiB");
      }
    }
    const auto chunk = in_.next_chunk();
    at_ = mark_ = counted_ = chunk.data();
    end_ = chunk.data() + chunk.size();
  }

  TextInput& in_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  const char* mark_ = nullptr;
  const char* counted_ = nullptr;
  std::size_t since_moved_ = 0;
  std::uint64_t line_ = 1;
};

struct HeadCharacters {
  std::string_view text;
  bool done() const { return text.empty(); }
  const char& front() const { return text.front(); }
  void pop() { text.remove_prefix(1); }
  void moved() {}
  void count_lines() {}
};

/// What nlohmann/json reads from; copies share the source.
template <typename Source>
struct Iterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  Source* source = nullptr;

  reference operator*() const { return source->front(); }
  Iterator& operator++() {
    source->pop();
    return *this;
  }
  Iterator operator++(int) {
    source->pop();
    return *this;
  }
  bool operator==(const Iterator& other) const { return at_end() == other.at_end(); }
  bool operator!=(const Iterator& other) const { return !(*this == other); }
  bool at_end() const { return source == nullptr || source->done(); }
};

template <typename Source>
class Events final : public nlohmann::json::json_sax_t {
 public:
  Events(JsonWalker& walker, Source& source) : walker_(walker), source_(source) {}

  bool null() override { return scalar({}, JsonWalker::Kind::nothing); }
  bool boolean(bool value) override { return scalar(value ? "true" : "false", JsonWalker::Kind::truth); }
  bool number_integer(number_integer_t value) override {
    return scalar(fmt::format_int(value).c_str(), JsonWalker::Kind::number);
  }
  bool number_unsigned(number_unsigned_t value) override {
    return scalar(fmt::format_int(value).c_str(), JsonWalker::Kind::number);
  }
  bool number_float(number_float_t, const string_t& text) override {
    return scalar(text, JsonWalker::Kind::number);
  }
  bool string(string_t& text) override { return scalar(text, JsonWalker::Kind::text); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& text) override {
    source_.moved();
    walker_.key(text);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) override {
    problem = error.what();
    return false;
  }
  std::string problem;

 private:
  bool scalar(std::string_view text, JsonWalker::Kind kind) {
    source_.moved();
    walker_.value(text, kind);
    return true;
  }
  bool open(bool array) {
    source_.moved();
    source_.count_lines();
    if (walker_.places().size() >= JsonWalker::kMostDepth) {
      problem = fmt::format("JSON nested more than {} deep", JsonWalker::kMostDepth);
      return false;
    }
    walker_.open(array);
    return true;
  }
  bool close() {
    source_.moved();
    walker_.close();
    return true;
  }

  JsonWalker& walker_;
  Source& source_;
};

template <typename Source>
void skip_between(Source& source) {
  while (!source.done() && (source.front() == ' ' || source.front() == '\n' || source.front() == '\r' ||
                            source.front() == '\t' || source.front() == ',' || source.front() == '\x1e')) {
    source.pop();
  }
  source.moved();
}

}  // namespace

void JsonWalker::next_element() {
  if (!places_.empty() && places_.back().array) ++places_.back().index;
}

void JsonWalker::open(bool array) {
  places_.push_back({array, {}, 0});
  begun();
}

void JsonWalker::close() {
  ended();
  places_.pop_back();
  next_element();
}

void JsonWalker::value(std::string_view text, Kind kind) {
  scalar(text, kind);
  next_element();
}

bool walk_json(TextInput& in, JsonWalker& walker) {
  Characters source{in};
  Events<Characters> events{walker, source};
  for (skip_between(source); !source.done(); skip_between(source)) {
    const bool whole = nlohmann::json::sax_parse(Iterator<Characters>{&source}, Iterator<Characters>{},
                                                 &events, nlohmann::json::input_format_t::json, false);
    if (whole) continue;
    source.count_lines();
    if (events.problem.find("nested more") == std::string::npos && source.done()) return true;
    in.fail(events.problem.find("nested more") != std::string::npos ? events.problem
                                                                    : "not JSON, or cut off before here");
  }
  return false;
}

void walk_json_head(std::string_view head, JsonWalker& walker) {
  HeadCharacters source{head};
  Events<HeadCharacters> events{walker, source};
  for (skip_between(source); !source.done(); skip_between(source)) {
    if (!nlohmann::json::sax_parse(Iterator<HeadCharacters>{&source}, Iterator<HeadCharacters>{}, &events,
                                   nlohmann::json::input_format_t::json, false))
      return;
  }
}

}  // namespace leakrig
