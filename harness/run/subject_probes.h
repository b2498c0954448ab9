#pragma once

#include <sys/types.h>

#include <memory>
#include <vector>

#include "harness/core/clock.h"
#include "harness/probe/probe.h"
#include "harness/spec/subject_spec.h"

namespace leakrig {

/// The probes of a prepared subject: /proc (where `pid` is positive), and what its "probes" names (Go's
/// pprof, metrics over HTTP). `tree_root`: of a subject that was started, where its processes hang
/// (Subject::tree_root); they are counted whole unless "children" is false. The built-in collector, which
/// starts none, is counted alone. `clock` must outlive them. Throws UsageError for a URL or a selector that
/// is none.
std::vector<std::unique_ptr<Probe>> make_subject_probes(const SubjectSpec& subject, pid_t pid,
                                                        const Clock& clock, pid_t tree_root = 0);

}  // namespace leakrig
