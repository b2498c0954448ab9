#include <fmt/format.h>

#include <algorithm>

#include "harness/core/go_names.h"
#include "harness/probe/goroutine_profile.h"

namespace leakrig {
namespace {

std::string describe(const GoFrame& frame, std::string_view file) {
  return fmt::format("{} ({}:{})", frame.function, file, frame.line);
}

std::string_view last_part(std::string_view file) {
  return file.substr(file.rfind('/') + 1);  // npos + 1 is 0
}

/// Of the module cache, "github.com/docker/docker@v20.10.24/client/x.go", or vendored.
bool is_dependency(std::string_view file) {
  return file.find("@v") != std::string_view::npos || file.find("/vendor/") != std::string_view::npos;
}

}  // namespace

bool is_own_code(const GoFrame& frame) {
  return !is_standard_library(frame.function) && !is_dependency(frame.file);
}

std::string stack_label(const GoStack& stack) {
  if (stack.frames.empty()) return "(no stack)";
  const auto& frames = stack.frames;
  auto shown = std::find_if(frames.begin(), frames.end(), is_own_code);
  if (shown == frames.end()) {
    shown = std::find_if(frames.begin(), frames.end(),
                         [](const GoFrame& frame) { return !is_standard_library(frame.function); });
  }
  if (shown == frames.end()) --shown;
  const auto label = describe(*shown, shown->file);
  if (stack.created_by.function.empty()) return label;
  return label + ", created by " + describe(stack.created_by, last_part(stack.created_by.file));
}

}  // namespace leakrig
