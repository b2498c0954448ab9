#pragma once

#include <string>
#include <vector>

#include "harness/core/error.h"

namespace leakrig {

/// One thing wrong in a scenario.
struct ScenarioProblem {
  std::string pointer;   ///< RFC 6901; "" is the whole document
  std::string message;   ///< what is wrong and what is allowed
  bool at_key = false;   ///< the key is wrong, not its value
  std::size_t line = 0;  ///< from 1; 0 where it is not in the file, such as an option of the command line
  std::size_t column = 0;
};

/// A scenario that cannot be used. what() has a line a problem, each with file, line, column and pointer.
class ScenarioError : public UsageError {
 public:
  ScenarioError(const std::string& source, std::vector<ScenarioProblem> problems);
  /// In the order of the file; never empty.
  const std::vector<ScenarioProblem>& problems() const { return problems_; }

 private:
  std::vector<ScenarioProblem> problems_;
};

}  // namespace leakrig
