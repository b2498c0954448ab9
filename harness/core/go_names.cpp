#include "harness/core/go_names.h"

#include <algorithm>
#include <array>

namespace leakrig {
namespace {

/// The first elements of the import paths of Go's library; a module's path begins with a domain or is "main".
constexpr std::array<std::string_view, 52> kLibrary{
    "archive", "arena",    "bufio",   "builtin", "bytes",    "cmp",      "compress", "container", "context",
    "crypto",  "database", "debug",   "embed",   "encoding", "errors",   "expvar",   "flag",      "fmt",
    "go",      "hash",     "html",    "image",   "index",    "internal", "io",       "iter",      "log",
    "maps",    "math",     "mime",    "net",     "os",       "path",     "plugin",   "reflect",   "regexp",
    "runtime", "slices",   "sort",    "strconv", "strings",  "structs",  "sync",     "syscall",   "testing",
    "text",    "time",     "unicode", "unique",  "unsafe",   "vendor",   "weak"};

}  // namespace

bool is_standard_library(std::string_view function) {
  // "net/http.(*conn).serve" is of package "net/http"; in "example.com/x.f" the first dot is part of the
  // domain, and then the first element is none of the library's.
  const auto first = function.substr(0, std::min(function.find('/'), function.find('.')));
  return std::find(kLibrary.begin(), kLibrary.end(), first) != kLibrary.end();
}

}  // namespace leakrig
