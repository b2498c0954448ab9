#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/report/sentences.h"

namespace leakrig::markdown {

/// Text that grows by formatted pieces.
class Page {
 public:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  void list(const std::vector<std::string>& items) {
    for (const auto& item : items) add("- {}\n", item);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// The parts of the report, each a file, in the order in which they stand. Each adds its headline.
void conditions(Page& page, const Analysis& analysis);
void configuration(Page& page, const Analysis& analysis);
void results(Page& page, const Analysis& analysis);
void comparison(Page& page, const Analysis& analysis);
/// Only of a scenario with a matrix.
void matrix(Page& page, const Analysis& analysis);
void controls(Page& page, const Analysis& analysis);
/// Only where the run was held against a recorded result.
void against_recorded(Page& page, const Analysis& analysis);
/// What Docker and the sink could see of each variant.
void wire(Page& page, const Analysis& analysis);
/// Only of a run with a sweep.
void sweep(Page& page, const Analysis& analysis);
void growing(Page& page, const Analysis& analysis);
void conclusions(Page& page, const Analysis& analysis, const Sentences& sentences);

/// What the environment says, or "unknown" where that is nothing.
std::string known(const std::string& text);

}  // namespace leakrig::markdown
