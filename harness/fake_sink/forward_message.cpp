#include "harness/fake_sink/forward_message.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "harness/core/content_coding.h"
#include "harness/fake_sink/forms/sink_form.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr int kDeepestMessage = 32;

/// Ends the parse of what is nested too deep: the reader of MessagePack recurses.
class DepthGuard final : public nlohmann::json_sax<json> {
 public:
  bool ended_within() const { return ended_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth_ <= kDeepestMessage; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return --depth_ >= 0; }
  bool start_array(std::size_t) override { return ++depth_ <= kDeepestMessage; }
  bool end_array() override { return --depth_ >= 0; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int kUnexpectedEnd = 110;
    ended_ = error.id == kUnexpectedEnd;
    return false;
  }

 private:
  int depth_ = 0;
  bool ended_ = false;
};

/// Hands bytes on one at a time and keeps them, up to a limit behind which the stream ends.
class KeepingBuffer final : public std::streambuf {
 public:
  KeepingBuffer(std::streambuf& from, std::size_t longest) : from_(from), longest_(longest) {}
  std::string take() { return std::move(kept_); }
  bool is_full() const { return kept_.size() >= longest_; }
  bool is_empty() const { return kept_.empty(); }

 private:
  int_type underflow() override { return is_full() ? traits_type::eof() : from_.sgetc(); }
  int_type uflow() override {
    if (is_full()) return traits_type::eof();
    const auto c = from_.sbumpc();
    if (c != traits_type::eof()) kept_ += traits_type::to_char_type(c);
    return c;
  }

  std::streambuf& from_;
  std::size_t longest_;
  std::string kept_;
};

std::variant<json, ForwardEnded, ForwardRefused> read_value(std::istream& from, std::size_t longest) {
  KeepingBuffer buffer{*from.rdbuf(), longest};
  std::istream kept{&buffer};
  DepthGuard guard;
  if (!json::sax_parse(kept, &guard, json::input_format_t::msgpack, /*strict=*/false)) {
    if (buffer.is_full()) return ForwardRefused{"larger than is taken"};
    if (guard.ended_within()) return ForwardEnded{};
    return ForwardRefused{"no MessagePack, or nested too deep"};
  }
  auto value = json::from_msgpack(buffer.take(), /*strict=*/true, /*allow_exceptions=*/false);
  if (value.is_discarded()) return ForwardRefused{"no MessagePack"};
  return value;
}

std::string bytes_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  const auto& binary = value.get_binary();
  return {binary.begin(), binary.end()};
}

const json* option_of(const json& message, std::size_t at) {
  return message.size() > at && message[at].is_object() ? &message[at] : nullptr;
}

std::string option_text(const json* option, const char* name) {
  if (option == nullptr) return {};
  const auto at = option->find(name);
  return at != option->end() && (at->is_string() || at->is_binary()) ? bytes_of(*at) : std::string{};
}

/// Entries one behind another, each [time, record].
std::optional<ForwardRefused> add_packed(const std::string& packed, std::size_t longest, std::vector<std::string>& lines) {
  std::istringstream stream{packed};
  while (stream.peek() != std::istringstream::traits_type::eof()) {
    auto entry = read_value(stream, longest);
    const auto* value = std::get_if<json>(&entry);
    if (value == nullptr || !value->is_array() || value->size() < 2) return ForwardRefused{"a packed entry is damaged"};
    lines.push_back(texts_in((*value)[1]));
  }
  return std::nullopt;
}

std::optional<ForwardRefused> add_entries(const json& message, std::size_t longest, const json* option,
                                          std::vector<std::string>& lines) {
  const auto& entries = message[1];
  if (entries.is_array()) {
    for (const auto& entry : entries) {
      if (!entry.is_array() || entry.size() < 2) return ForwardRefused{"an entry is no [time, record]"};
      lines.push_back(texts_in(entry[1]));
    }
    return std::nullopt;
  }
  auto packed = bytes_of(entries);
  if (option_text(option, "compressed") == "gzip") {
    auto decoded = decoded_body("gzip", packed, longest);
    auto* plain = std::get_if<std::string>(&decoded);
    if (plain == nullptr) return ForwardRefused{"compressed entries are damaged or too large"};
    packed = std::move(*plain);
  }
  return add_packed(packed, longest, lines);
}

}  // namespace

std::variant<ForwardMessage, ForwardEnded, ForwardRefused> read_forward(std::istream& from, std::size_t longest, MessageRoom* room) {
  auto read = read_value(from, longest);
  std::optional<MessageRoom::Turn> turn;
  if (room != nullptr) turn.emplace(*room);
  if (auto* refused = std::get_if<ForwardRefused>(&read)) return std::move(*refused);
  if (std::holds_alternative<ForwardEnded>(read)) return ForwardEnded{};
  const auto& message = std::get<json>(read);
  if (!message.is_array() || message.size() < 2 || !message[0].is_string())
    return ForwardRefused{"a message is [tag, entries, option] or [tag, time, record, option]"};
  ForwardMessage taken;
  const json* option = nullptr;
  if (message[1].is_array() || message[1].is_string() || (message[1].is_binary() && !message[1].get_binary().has_subtype())) {
    option = option_of(message, 2);
    if (auto refused = add_entries(message, longest, option, taken.lines)) return std::move(*refused);
  } else {
    if (message.size() < 3) return ForwardRefused{"a record is missing"};
    option = option_of(message, 3);
    taken.lines.push_back(texts_in(message[2]));
  }
  if (const auto chunk = option_text(option, "chunk"); !chunk.empty()) {
    const auto packed = json::to_msgpack({{"ack", chunk}});
    taken.acknowledgement.assign(packed.begin(), packed.end());
  }
  return taken;
}

}  // namespace leakrig
