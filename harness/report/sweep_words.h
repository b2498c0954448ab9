#pragma once

#include <string>

#include "harness/analysis/sweep.h"

namespace leakrig {

/// "Nothing up to 3, then 4.0 threads/min a container: ...": marks as in sentences.h.
std::string sweep_sentence(const Sweep& sweep);

}  // namespace leakrig
