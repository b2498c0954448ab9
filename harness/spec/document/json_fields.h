#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/spec/document/fields.h"

namespace leakrig {

/// Reads typed values from a JSON object. Throws UsageError naming the JSON pointer for a value of a wrong
/// type.
class JsonReader final : public Fields {
 public:
  /// `object` outlives this; `pointer` is its own place, for messages.
  explicit JsonReader(const nlohmann::json& object, std::string pointer = {});

  using Fields::field;
  void field(const char* key, bool& value) override;
  void field(const char* key, int& value) override;
  void field(const char* key, unsigned& value) override;
  void field(const char* key, std::uint64_t& value) override;
  void field(const char* key, double& value) override;
  void field(const char* key, std::string& value) override;
  void field(const char* key, Nanos& value) override;
  void field(const char* key, std::optional<Nanos>& value) override;
  void field(const char* key, std::optional<double>& value) override;
  void field(const char* key, std::vector<std::string>& value) override;
  void field(const char* key, std::map<std::string, std::string>& value) override;

 private:
  bool enter(const char* key, bool has_value) override;
  void leave() override;
  const nlohmann::json* find(const char* key) const;
  [[noreturn]] void refuse(const char* key, const char* expected) const;
  template <typename T>
  void take(const char* key, T& value, const char* expected);

  std::vector<const nlohmann::json*> objects_;  ///< the innermost last
  std::vector<std::string> pointers_;
};

/// Writes every value, defaults too.
class JsonWriter final : public Fields {
 public:
  nlohmann::json take() { return std::move(root_); }

  using Fields::field;
  void field(const char* key, bool& value) override;
  void field(const char* key, int& value) override;
  void field(const char* key, unsigned& value) override;
  void field(const char* key, std::uint64_t& value) override;
  void field(const char* key, double& value) override;
  void field(const char* key, std::string& value) override;
  void field(const char* key, Nanos& value) override;
  void field(const char* key, std::optional<Nanos>& value) override;
  void field(const char* key, std::optional<double>& value) override;
  void field(const char* key, std::vector<std::string>& value) override;
  void field(const char* key, std::map<std::string, std::string>& value) override;

 private:
  bool enter(const char* key, bool has_value) override;
  void leave() override;

  nlohmann::json root_ = nlohmann::json::object();
  std::vector<nlohmann::json*> objects_{&root_};
};

/// `part` as JSON with every default; there must be a fields() of it.
template <typename Part>
nlohmann::json written(Part part) {
  JsonWriter writer;
  fields(writer, part);
  return writer.take();
}

/// `part` with what `object` says; what it does not say stays.
template <typename Part>
void read_into(Part& part, const nlohmann::json& object, const std::string& pointer = {}) {
  JsonReader reader(object, pointer);
  fields(reader, part);
}

}  // namespace leakrig
