#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "harness/core/process.h"
#include "harness/core/outcome.h"
#include "harness/run/subject_start.h"
#include "harness/subject/subject.h"

namespace leakrig {

/// A subject that has been started, or how its start ended.
struct Launch {
  std::unique_ptr<Subject> subject;  ///< null: it never became ready, as `outcome` and `detail` say
  SubjectSpec prepared;              ///< the subject as this start of it is
  Outcome outcome = Outcome::completed;
  std::string detail;
};

/// Prepares and starts a subject and waits until it is ready. Throws Error where the rig cannot do its part.
Launch launch_subject(const SubjectSpec& subject, const SubjectSurroundings& around, Guardian& guardian,
                      std::stop_token stop);

/// How a subject that ended by itself did so; `log` names where its output is.
std::string how_it_died(Subject& subject, const std::string& log);

}  // namespace leakrig
