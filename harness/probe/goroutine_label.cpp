#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/probe/goroutine_profile.h"

namespace leakrig {
namespace {

/// The first elements of the import paths of Go's library; a module's path begins with a domain or is "main".
constexpr std::array<std::string_view, 45> kLibrary{
    "archive", "arena",    "bufio", "builtin", "bytes",    "cmp",      "compress", "container", "context",
    "crypto",  "database", "debug", "embed",   "encoding", "errors",   "expvar",   "flag",      "fmt",
    "go",      "hash",     "html",  "image",   "index",    "internal", "io",       "iter",      "log",
    "maps",    "math",     "mime",  "net",     "os",       "path",     "plugin",   "reflect",   "regexp",
    "runtime", "slices",   "sort",  "strconv", "strings",  "sync",     "syscall",  "testing",   "text"};
constexpr std::array<std::string_view, 7> kLibraryToo{"time",   "unicode", "unique", "unsafe",
                                                      "vendor", "weak",    "structs"};

std::string describe(const GoFrame& frame) {
  const auto slash = frame.file.rfind('/');
  return fmt::format("{} ({}:{})", frame.function,
                     frame.file.substr(slash == std::string::npos ? 0 : slash + 1), frame.line);
}

/// Of the module cache, "github.com/docker/docker@v20.10.24/client/x.go", or vendored.
bool is_dependency(std::string_view file) {
  return file.find("@v") != std::string_view::npos || file.find("/vendor/") != std::string_view::npos;
}

}  // namespace

bool is_standard_library(std::string_view function) {
  // "net/http.(*conn).serve" is of package "net/http"; in "example.com/x.f" the first dot is part of the
  // domain, and then the first element is none of the library's.
  const auto first = function.substr(0, std::min(function.find('/'), function.find('.')));
  const auto in = [&](const auto& names) {
    return std::find(names.begin(), names.end(), first) != names.end();
  };
  return in(kLibrary) || in(kLibraryToo);
}

std::string stack_label(const GoStack& stack) {
  if (stack.frames.empty()) return "(no stack)";
  const auto& frames = stack.frames;
  auto shown = std::find_if(frames.begin(), frames.end(), [](const GoFrame& frame) {
    return !is_standard_library(frame.function) && !is_dependency(frame.file);
  });
  if (shown == frames.end()) {
    shown = std::find_if(frames.begin(), frames.end(),
                         [](const GoFrame& frame) { return !is_standard_library(frame.function); });
  }
  if (shown == frames.end()) --shown;
  if (stack.created_by.function.empty()) return describe(*shown);
  return describe(*shown) + ", created by " + describe(stack.created_by);
}

}  // namespace leakrig
