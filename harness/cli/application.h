#pragma once

namespace leakrig {

/// The whole command line: parses, dispatches, prints errors once. Returns the process's exit code.
int run_application(int argc, char** argv);

}  // namespace leakrig
