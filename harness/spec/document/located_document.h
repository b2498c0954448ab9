#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/core/bounded_json.h"
#include "harness/spec/document/schema_check.h"
#include "harness/spec/load_scenario.h"

namespace leakrig {

/// A scenario's JSON with the place of everything in its file.
struct LocatedDocument {
  std::string source;
  std::string text;
  nlohmann::json json;
  JsonPlaces places;
  std::vector<std::string> notes;
  Problems problems;  ///< so far

  void add(Problems more);
  /// Keys of the object at a pointer in the order of the file; those that are not in the file come last.
  std::vector<std::string> keys_at(const std::string& pointer) const;
  /// Throws ScenarioError if there are problems, in the order of the file.
  void require_valid();
};

/// Parses the text, renames keys of older versions with a note, and applies the overrides but
/// `only_variants`. What is no JSON is thrown as ScenarioError; what else is wrong is among the problems.
LocatedDocument read_document(const std::string& text, const std::string& source,
                              const ScenarioOverrides& overrides);

/// Renames what older versions called otherwise: "baseline" is "reference" today.
void rename_old_keys(nlohmann::json& document, JsonPlaces& places, std::vector<std::string>& notes,
                     Problems& problems);

/// `document` with an RFC 7396 merge patch.
nlohmann::json patched(nlohmann::json document, const nlohmann::json& patch);

}  // namespace leakrig
