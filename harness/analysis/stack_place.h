#pragma once

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Takes function, file and line out of a stack's name as the goroutine probe records it,
/// "main.f (/src/app/main.go:27), created by main.g (main.go:8)", and leaves the file in the name without its
/// folders. A name of another form stays as it is.
void take_place(AttributionRow& row);

}  // namespace leakrig
