#pragma once

/// What the fake daemon says it is.
namespace leakrig::product {
inline constexpr const char* kVersion = "27.5.1";
inline constexpr const char* kGitCommit = "4c9b3b0";
inline constexpr const char* kGoVersion = "go1.22.11";
inline constexpr const char* kBuildTime = "2025-01-22T13:41:48.000000000+00:00";
inline constexpr const char* kKernelVersion = "6.1.0-28-amd64";
inline constexpr const char* kOperatingSystem = "Debian GNU/Linux 12 (bookworm)";
}  // namespace leakrig::product
