#pragma once

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Puts the cause before its symptoms in a variant's attribution: a row "opener", the code that opened what stays,
/// where allocations tell it; a row "connection", what the servers know of the connections that stay. Where no code
/// is known the connections lead, unless they carry requests and a stack of the subject's own grows with them. Wants
/// the connection evidence; sets `openers`.
void lead_with_evidence(const std::vector<Sample>& samples, VariantAnalysis& variant);

}  // namespace leakrig
