#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "harness/core/error.h"

namespace leakrig {

/// A verb of the command line: one file, one row in commands(). `add` declares its options on `app` and
/// returns what to run when it was chosen; that throws Error for what cannot be done.
struct Command {
  const char* name;
  const char* help;
  std::function<ExitCode()> (*add)(CLI::App& app);
  bool hidden = false;
};

std::function<ExitCode()> add_run(CLI::App& app);
std::function<ExitCode()> add_compare(CLI::App& app);
std::function<ExitCode()> add_audit(CLI::App& app);
std::function<ExitCode()> add_isolate(CLI::App& app);
std::function<ExitCode()> add_analyze(CLI::App& app);
std::function<ExitCode()> add_watch(CLI::App& app);
std::function<ExitCode()> add_baseline(CLI::App& app);
std::function<ExitCode()> add_history(CLI::App& app);
std::function<ExitCode()> add_merge(CLI::App& app);
std::function<ExitCode()> add_report(CLI::App& app);
std::function<ExitCode()> add_validate(CLI::App& app);
std::function<ExitCode()> add_list(CLI::App& app);
std::function<ExitCode()> add_fake_docker(CLI::App& app);
std::function<ExitCode()> add_fake_sink(CLI::App& app);
std::function<ExitCode()> add_collector(CLI::App& app);
std::function<ExitCode()> add_completion(CLI::App& app);
std::function<ExitCode()> add_help(CLI::App& app);
std::function<ExitCode()> add_manual(CLI::App& app);

}  // namespace leakrig
