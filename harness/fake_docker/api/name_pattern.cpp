#include "harness/fake_docker/api/name_pattern.h"

#include <re2/re2.h>

#include "harness/fake_docker/http/errors.h"

namespace leakrig {
namespace {

constexpr std::size_t kLongestPatterns = 1024;
constexpr std::int64_t kMostMemory = 1 << 20;

re2::RE2::Options pattern_options() {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kMostMemory);
  return options;
}

}  // namespace

struct NamePattern::Compiled {
  explicit Compiled(const std::string& text) : expression(text, pattern_options()) {}
  re2::RE2 expression;
};

NamePattern::NamePattern(const std::set<std::string>& expressions) {
  std::string all;
  for (const auto& expression : expressions) {
    if (all.size() + expression.size() > kLongestPatterns)
      throw api_error::bad_parameter("invalid filter 'name': longer than 1 KiB");
    // Each by itself, so that no bracket of one closes in the next.
    if (const re2::RE2 each(expression, pattern_options()); !each.ok())
      throw api_error::bad_parameter("invalid filter 'name=" + expression + "': " + each.error());
    all += (all.empty() ? "(?:" : "|(?:") + expression + ")";
  }
  if (!expressions.empty()) compiled_ = std::make_unique<Compiled>(all);
  if (compiled_ && !compiled_->expression.ok())
    throw api_error::bad_parameter("invalid filter 'name': " + compiled_->expression.error());
}

NamePattern::~NamePattern() = default;
NamePattern::NamePattern(NamePattern&&) noexcept = default;
NamePattern& NamePattern::operator=(NamePattern&&) noexcept = default;

bool NamePattern::matches(std::string_view name) const {
  if (!compiled_) return true;
  const auto found_in = [this](std::string_view text) {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->expression);
  };
  return found_in(name) || found_in("/" + std::string{name});
}

}  // namespace leakrig
