#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "harness/core/clock.h"
#include "harness/spec/subject_spec.h"
#include "harness/subject/subject.h"

namespace leakrig {

/// Waits until the pages that a prepared subject's "probes" ask for are served, and by the subject: the socket that
/// listens at the address is a descriptor of one of its processes. What is wrong, in a sentence for people, if another
/// process listens there (at once) or nothing answers as it should within `longest`. Nothing if all is well, if the
/// subject has ended or `stop` was requested meanwhile, and for what /proc does not tell: an address elsewhere, or a
/// subject in a network namespace of its own.
std::optional<std::string> await_probes(const SubjectSpec& prepared, Subject& subject, const std::stop_token& stop,
                                        Nanos longest = std::chrono::seconds{10});

}  // namespace leakrig
