#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace leakrig {

/// The verbs of `app` that people are told of, in the help's order.
std::vector<const CLI::App*> told_verbs(const CLI::App& app);

/// The manual page of `app` (leakrig(1)) or, with the name of one of its verbs, of that (leakrig-VERB(1)), in
/// roff (man(7)): made from the same table as the help. Throws UsageError for a verb that there is not.
std::string manual_page(const CLI::App& app, const std::string& verb);

/// The completion script for "bash", "zsh" or "fish": verbs, options, and the names of shipped scenarios.
/// Throws UsageError for another shell.
std::string completion_script(const CLI::App& app, const std::string& shell);

/// Every manual page and completion script, as files below `directory`: man1/, bash/, zsh/, fish/. For the
/// build, which installs them. Throws Error for what cannot be written.
void write_documentation(const CLI::App& app, const std::filesystem::path& directory);

}  // namespace leakrig
