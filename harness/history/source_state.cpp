#include "harness/history/source_state.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace leakrig {
namespace {

std::string environment(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

/// What a fixed git command prints; empty where there is no git, or no repository.
std::string git(const char* command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command, "re"), ::pclose);
  if (!pipe) return "";
  std::string text;
  std::array<char, 512> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr && text.size() < 4096)
    text += buffer.data();
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

SourceState describe_source() {
  SourceState source;
  source.commit = environment({"GITHUB_SHA", "CI_COMMIT_SHA"});
  source.branch = environment({"GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME"});
  const std::string head = git("git log -1 --format='%H %ct' 2>/dev/null");
  const auto space = head.find(' ');
  if (space == std::string::npos) return source;
  if (source.commit.empty()) source.commit = head.substr(0, space);
  if (source.commit == head.substr(0, space)) {
    std::int64_t time = 0;
    const auto* end = head.data() + head.size();
    if (std::from_chars(head.data() + space + 1, end, time).ec == std::errc{}) source.commit_time = time;
    source.dirty = !git("git status --porcelain --untracked-files=no 2>/dev/null").empty();
  }
  if (source.branch.empty()) source.branch = git("git symbolic-ref --short -q HEAD 2>/dev/null");
  return source;
}

}  // namespace leakrig
