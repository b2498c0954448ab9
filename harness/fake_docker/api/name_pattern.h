#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace leakrig {

/// The regular expressions of a name filter, of which one has to be found in a name. They are Go's (RE2), and take time
/// linear in the name, whatever they say.
class NamePattern {
 public:
  /// Throws ApiError 400 for one that is none, and where they are longer than 1 KiB together.
  explicit NamePattern(const std::set<std::string>& expressions);
  ~NamePattern();
  NamePattern(NamePattern&&) noexcept;
  NamePattern& operator=(NamePattern&&) noexcept;

  /// As dockerd matches a container: its name, or its name with the slash before it. True without expressions.
  bool matches(std::string_view name) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace leakrig
