#include "harness/spec/problem.h"

#include <fmt/format.h>

#include <utility>

namespace leakrig {
namespace {

std::string text_of(const std::string& source, const std::vector<ScenarioProblem>& problems) {
  std::string text;
  for (const auto& problem : problems) {
    if (!text.empty()) text += "\n";
    text += source;
    if (problem.line > 0) text += fmt::format(":{}:{}", problem.line, problem.column);
    // The place says it all of what is wrong with the whole document.
    if (!problem.pointer.empty() || problem.line == 0)
      text += fmt::format(": {}", problem.pointer.empty() ? "/" : problem.pointer);
    text += fmt::format(": {}", problem.message);
  }
  return text;
}

}  // namespace

ScenarioError::ScenarioError(const std::string& source, std::vector<ScenarioProblem> problems)
    : UsageError(text_of(source, problems)), problems_(std::move(problems)) {}

}  // namespace leakrig
