#include "harness/spec/document/json_fields.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/core/bounded_json.h"
#include "harness/core/error.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr const char* kDuration = "a duration such as \"30s\"";

}  // namespace

JsonReader::JsonReader(const json& object, std::string pointer)
    : objects_{&object}, pointers_{std::move(pointer)} {
  if (!object.is_object())
    throw UsageError(
        fmt::format("{}: expected an object", pointers_.back().empty() ? "/" : pointers_.back()));
}

const json* JsonReader::find(const char* key) const {
  const auto found = objects_.back()->find(key);
  return found == objects_.back()->end() || found->is_null() ? nullptr : &*found;
}

void JsonReader::refuse(const char* key, const char* expected) const {
  throw UsageError(fmt::format("{}/{}: expected {}", pointers_.back(), pointer_token(key), expected));
}

template <typename T>
void JsonReader::take(const char* key, T& value, const char* expected) {
  const json* found = find(key);
  if (found == nullptr) return;
  try {
    value = found->get<T>();
  } catch (const json::exception&) {
    refuse(key, expected);
  }
}

void JsonReader::field(const char* key, bool& value) {
  take(key, value, "true or false");
}
void JsonReader::field(const char* key, int& value) {
  take(key, value, "a whole number");
}
void JsonReader::field(const char* key, unsigned& value) {
  take(key, value, "a whole number");
}
void JsonReader::field(const char* key, std::uint64_t& value) {
  take(key, value, "a whole number");
}
void JsonReader::field(const char* key, double& value) {
  take(key, value, "a number");
}

/// A number may stand where a text is kept, as a port may.
void JsonReader::field(const char* key, std::string& value) {
  const json* found = find(key);
  if (found != nullptr && found->is_number_integer()) {
    value = found->dump();
  } else {
    take(key, value, "a string");
  }
}

void JsonReader::field(const char* key, Nanos& value) {
  const json* found = find(key);
  if (found == nullptr) return;
  const auto duration = found->is_string() ? parse_duration(found->get<std::string>()) : std::nullopt;
  if (!duration) refuse(key, kDuration);
  value = *duration;
}

void JsonReader::field(const char* key, std::optional<Nanos>& value) {
  if (find(key) == nullptr) return;
  Nanos duration{0};
  field(key, duration);
  value = duration;
}

void JsonReader::field(const char* key, std::optional<double>& value) {
  if (find(key) == nullptr) return;
  double number = 0;
  field(key, number);
  value = number;
}

void JsonReader::field(const char* key, std::vector<std::string>& value) {
  take(key, value, "an array of strings");
}
void JsonReader::field(const char* key, std::map<std::string, std::string>& value) {
  take(key, value, "an object of strings");
}

bool JsonReader::enter(const char* key, bool) {
  const json* found = find(key);
  if (found == nullptr) return false;
  if (!found->is_object()) refuse(key, "an object");
  objects_.push_back(found);
  pointers_.push_back(pointers_.back() + "/" + pointer_token(key));
  return true;
}

void JsonReader::leave() {
  objects_.pop_back();
  pointers_.pop_back();
}

void JsonWriter::field(const char* key, bool& value) {
  (*objects_.back())[key] = value;
}
void JsonWriter::field(const char* key, int& value) {
  (*objects_.back())[key] = value;
}
void JsonWriter::field(const char* key, unsigned& value) {
  (*objects_.back())[key] = value;
}
void JsonWriter::field(const char* key, std::uint64_t& value) {
  (*objects_.back())[key] = value;
}
/// A whole number as people write one: 60, not 60.0.
void JsonWriter::field(const char* key, double& value) {
  json& place = (*objects_.back())[key];
  constexpr double kExact = 9007199254740992;
  if (value == std::floor(value) && std::abs(value) < kExact) {
    place = static_cast<std::int64_t>(value);
  } else {
    place = value;
  }
}
void JsonWriter::field(const char* key, std::string& value) {
  (*objects_.back())[key] = value;
}
void JsonWriter::field(const char* key, Nanos& value) {
  (*objects_.back())[key] = format_duration(value);
}
void JsonWriter::field(const char* key, std::optional<Nanos>& value) {
  if (value) (*objects_.back())[key] = format_duration(*value);
}
void JsonWriter::field(const char* key, std::optional<double>& value) {
  if (value) field(key, *value);
}
void JsonWriter::field(const char* key, std::vector<std::string>& value) {
  (*objects_.back())[key] = value;
}
void JsonWriter::field(const char* key, std::map<std::string, std::string>& value) {
  (*objects_.back())[key] = value;
}

bool JsonWriter::enter(const char* key, bool has_value) {
  if (!has_value) return false;
  json& place = (*objects_.back())[key];
  place = json::object();
  objects_.push_back(&place);
  return true;
}

void JsonWriter::leave() {
  objects_.pop_back();
}

}  // namespace leakrig
