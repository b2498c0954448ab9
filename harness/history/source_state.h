#pragma once

#include "harness/history/history.h"

namespace leakrig {

/// The commit and branch that are being measured: as the environment of GitHub or GitLab names them, else as
/// git says of the working directory; empty if neither does.
SourceState describe_source();

}  // namespace leakrig
