#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <variant>

#include "harness/core/process.h"
#include "harness/subject/command.h"
#include "harness/subject/subject.h"

namespace leakrig {

/// Where a subject finds what the rig serves.
struct SubjectSurroundings {
  std::string docker_host;    ///< "unix:///..."
  std::string docker_socket;  ///< the same without its scheme
  std::string loki_url;
  std::filesystem::path runtime;        ///< the variant's private directory
  std::filesystem::path run_directory;  ///< the subject's output is kept here
  std::string variant;                  ///< what the names of its files begin with
  double time_scale = 1;
};

/// Starts (or attaches to) the scenario's "subject" and waits until it is ready.
StartResult start_subject(const nlohmann::json& subject, const SubjectSurroundings& around,
                          Guardian& guardian, std::stop_token stop);

}  // namespace leakrig
