#pragma once

#include "harness/stats/verdict.h"

namespace leakrig::stats {

/// How much of `error` a group-sequential test may have spent by the `share` of the run that is over, in [0,
/// 1]. O'Brien and Fleming's boundary as a spending function (Lan and DeMets, Biometrika 70, 1983): next to
/// nothing early.
double obrien_fleming_spent(double error, double share);
/// Pocock's boundary in the same form: about the same at each look.
double pocock_spent(double error, double share);

/// The options to judge with at look `look` of `looks` (1 to looks, else std::invalid_argument), equally
/// spaced, so that stopping at the first `leak` keeps the error of one look at the end: the confidence by
/// O'Brien and Fleming, the doubt of growth by Pocock. Each look gets what is spent since the one before;
/// looks are not credited with their dependence, so the whole errs to the safe side.
GrowthOptions at_look(const GrowthOptions& options, int look, int looks);

}  // namespace leakrig::stats
