#include "harness/core/bounded_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

namespace leakrig {
namespace {

using nlohmann::json;

/// Reads a text and tells how far the parser has come, which the library's callbacks do not.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator() = default;
  CountingIterator(const char* at, std::size_t* read) : at_(at), read_(read) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*read_;
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

 private:
  const char* at_ = nullptr;
  std::size_t* read_ = nullptr;
};

/// The library's words without its own place and error number.
std::string reason_of(const std::string& what) {
  if (const auto syntax = what.find("syntax error"); syntax != std::string::npos) return what.substr(syntax);
  const auto bracket = what.find("] ");
  return bracket == std::string::npos ? what : what.substr(bracket + 2);
}

class BoundedBuilder final : public nlohmann::json_sax<json> {
 public:
  BoundedBuilder(std::string_view text, const JsonBounds& bounds, JsonPlaces* places)
      : text_(text), bounds_(bounds), places_(places) {
    if (text.starts_with("\xEF\xBB\xBF")) end_ = 3;
  }

  std::size_t* read() { return &read_; }
  json take() { return std::move(root_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // not in JSON texts
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& key) override {
    const std::size_t at = next_token();
    Open& object = open_.back();
    if (object.value->contains(key))
      throw_at(at, fmt::format("the key \"{}\" stands twice in one object", key));
    object.key = key;
    object.key_at = at;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception& error) override {
    throw_at(position == 0 ? 0 : position - 1, reason_of(error.what()));
  }

 private:
  struct Open {
    json* value;
    std::string pointer;
    std::string key;
    std::size_t key_at = 0;
  };

  [[noreturn]] void throw_at(std::size_t offset, const std::string& reason) const {
    throw JsonError(place_in(text_, std::min(offset, text_.size())), reason);
  }

  /// Where the token that was just read begins.
  std::size_t next_token() {
    std::size_t at = end_;
    while (at < read_) {
      if (std::string_view{" \t\r\n,:"}.find(text_[at]) != std::string_view::npos) {
        ++at;
      } else if (text_.substr(at, 2) == "//") {
        at = std::min(text_.find('\n', at), read_);
      } else if (text_.substr(at, 2) == "/*") {
        at = std::min(text_.find("*/", at + 2), read_ - 2) + 2;
      } else {
        break;
      }
    }
    end_ = read_;
    // The end of a number is only known from the character behind it, which is not the number's.
    if (at < text_.size() && (text_[at] == '-' || (text_[at] >= '0' && text_[at] <= '9')))
      end_ = std::min(text_.find_first_not_of("+-.0123456789eE", at), text_.size());
    return at;
  }

  json* add_value(json value) {
    const std::size_t at = next_token();
    if (open_.empty()) {
      root_ = std::move(value);
      if (places_ != nullptr) places_->emplace("", JsonOffsets{at, at});
      return &root_;
    }
    Open& parent = open_.back();
    const bool in_object = parent.value->is_object();
    const std::string pointer = pointer_below(parent);
    if (places_ != nullptr) places_->emplace(pointer, JsonOffsets{in_object ? parent.key_at : at, at});
    if (in_object) {
      json& place = (*parent.value)[parent.key];
      place = std::move(value);
      return &place;
    }
    parent.value->push_back(std::move(value));
    return &parent.value->back();
  }

  std::string pointer_below(const Open& parent) const {
    if (places_ == nullptr) return {};
    return parent.pointer + "/" +
           (parent.value->is_object() ? pointer_token(parent.key) : std::to_string(parent.value->size()));
  }

  bool add(json value) {
    add_value(std::move(value));
    return true;
  }

  bool open(json empty) {
    if (open_.size() >= bounds_.depth) {
      throw_at(next_token(), fmt::format("objects and arrays are nested more than {} deep", bounds_.depth));
    }
    const std::string pointer = open_.empty() ? std::string{} : pointer_below(open_.back());
    json* value = add_value(std::move(empty));
    open_.push_back({value, pointer, {}, 0});
    return true;
  }

  bool close() {
    end_ = read_;
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  const JsonBounds& bounds_;
  JsonPlaces* places_;
  std::size_t read_ = 0;  ///< by the parser
  std::size_t end_ = 0;   ///< of the last token
  json root_;
  std::vector<Open> open_;  ///< objects and arrays that have begun and not ended
};

json parse_within(std::string_view text, const JsonBounds& bounds, JsonPlaces* places) {
  if (text.size() > bounds.bytes) throw JsonError({1, 1}, fmt::format("larger than {} bytes", bounds.bytes));
  BoundedBuilder builder(text, bounds, places);
  const CountingIterator first(text.data(), builder.read());
  const CountingIterator last(text.data() + text.size(), builder.read());
  json::sax_parse(first, last, &builder, json::input_format_t::json, true, bounds.comments);
  return builder.take();
}

}  // namespace

TextPlace place_in(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto newline = before.rfind('\n');
  const std::string_view line = newline == std::string_view::npos ? before : before.substr(newline + 1);
  const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return {1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          1 + static_cast<std::size_t>(std::count_if(line.begin(), line.end(), is_start))};
}

JsonError::JsonError(TextPlace place, const std::string& reason)
    : UsageError(fmt::format("line {}, column {}: {}", place.line, place.column, reason)),
      place_(place),
      reason_(reason) {}

json parse_json(std::string_view text, const JsonBounds& bounds) {
  return parse_within(text, bounds, nullptr);
}

json parse_json(std::string_view text, const JsonBounds& bounds, JsonPlaces& places) {
  return parse_within(text, bounds, &places);
}

std::string pointer_token(std::string_view key) {
  std::string token;
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

}  // namespace leakrig
