#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace leakrig {

/// What stands behind "--" on the command line: a program to start and its arguments, in any number and of
/// any form. `command` stays empty where there is none.
void add_subject_command(CLI::App& app, std::vector<std::string>& command);

/// A command line as add_subject_command() reads it: each word behind "--" becomes an option's value, for the
/// verbs that take a program. Others keep theirs as it is.
std::vector<std::string> with_subject_command(int argc, char** argv);

}  // namespace leakrig
