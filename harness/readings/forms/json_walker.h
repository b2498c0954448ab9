#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/readings/text_input.h"

namespace leakrig {

/// Walks through JSON without holding it: hands over scalars, and the beginnings and ends of objects and
/// arrays. Depth, and the length of a string or number, are bounded.
class JsonWalker {
 public:
  static constexpr std::size_t kMostDepth = 64;

  struct Place {
    bool array = false;
    std::string key;        ///< of the member that is being read, in an object
    std::size_t index = 0;  ///< of the element that is being read, in an array
  };
  enum class Kind { number, text, truth, nothing };

  virtual ~JsonWalker() = default;
  /// `text` as it stands in the file, a string's without its escapes; empty for null.
  virtual void scalar(std::string_view text, Kind kind) = 0;
  /// An object or an array begins or ends; it is places().back().
  virtual void begun() {}
  virtual void ended() {}

  /// The containers around what is being read, the outermost first.
  const std::vector<Place>& places() const { return places_; }

  /// For the parser.
  void open(bool array);
  void close();
  void key(std::string& text) { places_.back().key = std::move(text); }
  void value(std::string_view text, Kind kind);

 private:
  void next_element();
  std::vector<Place> places_;
};

/// All JSON values of a file, one behind the other. True if the last was cut short by the end of the file.
/// Throws UsageError naming source and line for what is no JSON.
bool walk_json(TextInput& in, JsonWalker& walker);

/// The values of a text that may be cut off anywhere; what is wrong in it is not told.
void walk_json_head(std::string_view head, JsonWalker& walker);

}  // namespace leakrig
