#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace leakrig {

/// A scenario file's text with `command` as its subject, in the stead of whatever it has: its fleet and its
/// sampling in real time, and one variant of which nothing is expected, as the file's variants and
/// expectations are about its own subject. The program finds what the rig serves in DOCKER_HOST and LOKI_URL,
/// or by the placeholders in its arguments; `docker_socket_at`, where given, is a path at which it finds Docker too. Throws UsageError if the file is no JSON object.
std::string with_own_subject(const std::filesystem::path& scenario, const std::vector<std::string>& command,
                             const std::string& docker_socket_at = "");

/// A scenario of eight containers to which nothing happens, with `command` as subject in the same way; the built-in
/// collector if that is empty.
std::string undisturbed_scenario(const std::vector<std::string>& command, const std::string& docker_socket_at);

}  // namespace leakrig
