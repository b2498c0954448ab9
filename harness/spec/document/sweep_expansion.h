#pragma once

#include "harness/spec/document/located_document.h"
#include "harness/spec/sweep.h"

namespace leakrig {

/// The scenario of its reference alone, once for each value: variants "containers=1", "containers=2", ..., of which the
/// first is the reference; nothing is expected of any. What is swept stays in the document under "sweep", for the
/// report. The document need not be valid yet; a place that cannot be reached is among its problems.
void expand_sweep(LocatedDocument& document, const SweepRequest& sweep);

}  // namespace leakrig
