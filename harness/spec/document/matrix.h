#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/spec/document/located_document.h"

namespace leakrig {

inline constexpr std::size_t kMostVariants = 1000;

/// The variants of a document in order, and where the patch of each is written: "/variants/a", or
/// "/matrix/axes/way/follow" and its like, of which the later win.
struct VariantNames {
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::string>> written_at;
};

/// Adds the combinations of "matrix" to "variants" and marks it as expanded: the first axis varies slowest,
/// patches of later axes win. Names all variants; none for a document without any. What is wrong is among the
/// document's problems: an unknown axis or value in "exclude" or "include", a name that is taken or too long,
/// everything excluded, more than kMostVariants. `document` follows the schema.
VariantNames expand_matrix(LocatedDocument& document);

}  // namespace leakrig
