#pragma once

#include <vector>

namespace leakrig {

/// A Debian package that this program was compiled with.
struct BuiltWith {
  const char* package;
  const char* version;
};

/// As they were installed when the build was configured, by name; empty where that was no Debian.
const std::vector<BuiltWith>& built_with();

}  // namespace leakrig
