#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace leakrig {

/// The `filters` parameter: by key the values asked for. Values of one key are alternatives, keys must all
/// match.
class Filters {
 public:
  /// Reads both encodings, {"type":{"container":true}} and {"type":["container"]}. Throws ApiError 400 for
  /// bad JSON and for a key that is not `allowed`.
  static Filters parse(std::string_view json, std::span<const std::string_view> allowed);

  bool has(std::string_view key) const { return values_.find(key) != values_.end(); }
  /// Empty if the key was not given.
  const std::set<std::string>& values(std::string_view key) const;
  /// Whether `value` is one of those asked for; true if the key was not given.
  bool admits(std::string_view key, const std::string& value) const;
  /// The same for "name" and "name=value" against labels, all of which must match.
  bool admits_labels(const std::map<std::string, std::string>& labels) const;
  /// Whether one of "label!" matches.
  bool rejects_labels(const std::map<std::string, std::string>& labels) const;

 private:
  std::map<std::string, std::set<std::string>, std::less<>> values_;
};

}  // namespace leakrig
