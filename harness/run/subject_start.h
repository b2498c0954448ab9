#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <variant>

#include "harness/core/process.h"
#include "harness/spec/subject_spec.h"
#include "harness/subject/command.h"
#include "harness/subject/subject.h"

namespace leakrig {

/// Where a subject finds what the rig serves.
struct SubjectSurroundings {
  std::string docker_host;    ///< "unix:///..."
  std::string docker_socket;  ///< the same without its scheme
  /// By placeholder, "loki_url", "sink_url:KIND" and "sink_address:KIND": where the log sinks are.
  std::map<std::string, std::string> sinks;
  std::filesystem::path runtime;        ///< the variant's private directory
  std::filesystem::path run_directory;  ///< the subject's output is kept here
  std::string variant;                  ///< what the names of its files begin with
  double time_scale = 1;
  bool keep_output = false;  ///< all of it, not the first 64 MiB
};

/// The subject as one start of it is: every placeholder replaced, its ports chosen among the free ones, its
/// files written and its state directory made, both in the variant's private directory. Throws Error where
/// that fails.
SubjectSpec prepare_subject(const SubjectSpec& subject, const SubjectSurroundings& around);

/// Runs the reset command of a prepared subject, if it has one, then starts (or attaches to) the subject and
/// waits until it is ready. Throws Error where the reset command fails.
StartResult start_subject(const SubjectSpec& prepared, const SubjectSurroundings& around, Guardian& guardian,
                          std::stop_token stop);

}  // namespace leakrig
