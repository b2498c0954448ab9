#pragma once

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// How much of `error` a group-sequential test may have spent by the `share` of the run that is over, in [0,
/// 1]: the square root's share of it, of the power family of spending functions (Kim and DeMets, Biometrika
/// 74, 1987), which gives the first looks most.
double early_spent(double error, double share);

/// The options to judge with at look `look` (from 1) where nobody knows how many looks there will be: of
/// every error the part 6 / (pi look)^2, and these add up to one. `watch` looks so; `run` knows its length
/// and uses at_look. Throws std::invalid_argument if look < 1.
GrowthOptions at_open_look(const GrowthOptions& options, int look);

/// The options to judge with at look `look` of `looks`, equally spaced, of which `first` is the first that is
/// taken, so that stopping at the first `leak` keeps the error of one look at the end. The early looks share
/// two thirds of a leak's error, each what may be spent since the one before; the last has the rest, and all
/// of the error of `stable`, as nothing ends early for that. Errors are added up, so the whole errs to the
/// safe side. Throws std::invalid_argument unless 1 <= first <= looks and 1 <= look <= looks.
GrowthOptions at_look(const GrowthOptions& options, int look, int looks, int first = 1);

/// Whether a leak found at an early look is one too in the light of the warm-up, whose readings in `all` are
/// at minutes below 0. With them and without the last few it must be found again: a warm-up that has not bent
/// yet and a step that has just come look like leaks otherwise. And it must have left the warm-up's highest
/// reading behind by half of what has grown since: a cycle only comes back to where it has been. A known
/// cycle must have been seen twice. `options` are the look's. False if there are too few readings.
bool outlasts_warmup(const Series& all, const GrowthOptions& options);

}  // namespace leakrig::stats
