#include "harness/report/expectation_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

template <typename... Calls>
struct Either : Calls... {
  using Calls::operator()...;
};
template <typename... Calls>
Either(Calls...) -> Either<Calls...>;

std::string bounds_text(const Bounds& bounds) {
  std::vector<std::string> parts;
  if (bounds.at_least) parts.push_back(fmt::format("at least {:g}", *bounds.at_least));
  if (bounds.at_most) parts.push_back(fmt::format("at most {:g}", *bounds.at_most));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string missing_text(const MissingEvidence& missing) {
  switch (missing.kind) {
    case MissingEvidence::Kind::not_judged:
      return printable(missing.metric) + " not judged";
    case MissingEvidence::Kind::not_read:
      return printable(missing.metric) + " not read";
    case MissingEvidence::Kind::children_uncounted:
      return "children not counted";
    case MissingEvidence::Kind::subject_idle:
      return "subject idle";
    case MissingEvidence::Kind::docker_unasked:
      break;
  }
  return "Docker never asked";
}

}  // namespace

std::string expected_text(const ExpectationResult& expectation) {
  return std::visit(Either{[](const std::string& word) { return word; },
                           [](const Bounds& bounds) { return bounds_text(bounds); }}, expectation.expected);
}

std::string actual_text(const ExpectationResult& expectation) {
  return std::visit(Either{[](const NotMeasured&) { return std::string{"not measured"}; },
                           [](const std::string& word) { return word; },
                           [](double number) { return fmt::format("{:.4g}", number); },
                           [](const std::vector<MissingEvidence>& all) {
                             std::vector<std::string> parts;
                             for (const auto& each : all) parts.push_back(missing_text(each));
                             return fmt::format("{}", fmt::join(parts, ", "));
                           }},
                    expectation.actual);
}

std::string expectation_text(const ExpectationResult& expectation) {
  const std::string expected = fmt::format("{}: expected {}", printable(expectation.what), expected_text(expectation));
  if (std::holds_alternative<NotMeasured>(expectation.actual)) return expected + ", was not measured";
  return expected + ", measured " + actual_text(expectation);
}

const char* held_text(bool held) { return held ? "held" : "FAILED"; }

}  // namespace leakrig
