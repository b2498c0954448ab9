#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/clock.h"

namespace leakrig {

/// A part of a scenario as a list of its keys. One list a type (`fields()`) serves reading and writing, so
/// that the two cannot differ; a key that is absent leaves the value, and with it the type's default, alone.
class Fields {
 public:
  virtual ~Fields() = default;
  virtual void field(const char* key, bool& value) = 0;
  virtual void field(const char* key, int& value) = 0;
  virtual void field(const char* key, unsigned& value) = 0;
  virtual void field(const char* key, std::uint64_t& value) = 0;
  virtual void field(const char* key, double& value) = 0;
  virtual void field(const char* key, std::string& value) = 0;
  virtual void field(const char* key, Nanos& value) = 0;
  virtual void field(const char* key, std::optional<Nanos>& value) = 0;
  virtual void field(const char* key, std::optional<double>& value) = 0;
  virtual void field(const char* key, std::vector<std::string>& value) = 0;
  virtual void field(const char* key, std::map<std::string, std::string>& value) = 0;

  /// A word that stands for a value.
  template <typename Enum>
  void word(const char* key, Enum& value, std::initializer_list<std::pair<const char*, Enum>> words) {
    std::string text;
    for (const auto& [name, meaning] : words) {
      if (meaning == value) text = name;
    }
    field(key, text);
    for (const auto& [name, meaning] : words) {
      if (text == name) value = meaning;
    }
  }
  /// An object with fields of its own.
  template <typename Part>
  void part(const char* key, Part& value) {
    if (!enter(key, true)) return;
    fields(*this, value);
    leave();
  }
  /// The same where it may be absent.
  template <typename Part>
  void part(const char* key, std::optional<Part>& value) {
    if (!enter(key, value.has_value())) return;
    if (!value) value.emplace();
    fields(*this, *value);
    leave();
  }

 protected:
  /// Whether there is such an object (`has_value`: in the type, for writing); the next fields are its.
  virtual bool enter(const char* key, bool has_value) = 0;
  virtual void leave() = 0;
};

}  // namespace leakrig
