#pragma once

#include <optional>
#include <span>
#include <string>

namespace leakrig::stats {

/// A count that was read while the subject was at rest.
struct Rest {
  double occurrences = 0;  ///< of the stimulus, until then
  double minutes = 0;      ///< since the first rest
  double count = 0;
};

enum class ResidueVerdict {
  leak,          ///< something stays at each occurrence, and it keeps coming
  capacity,      ///< something stayed, and then no more: a pool that has filled, a thing made once
  stable,        ///< nothing stays, or less than the tolerance
  inconclusive,  ///< these rests do not decide
};
const char* to_string(ResidueVerdict verdict);

struct ResidueOptions {
  /// A residue that is surely smaller is none. Of counts one in two occurrences; of bytes the caller's choice.
  double tolerance = 0.5;
  /// The smallest residue that is called a leak. Of counts one in ten occurrences.
  double smallest = 0.1;
  /// One-sided error of each of the two tests that a leak must pass.
  double leak_error = 0.001;
};

/// What stays of each occurrence.
struct Residue {
  double per_occurrence = 0;
  double low = 0;  ///< 95 % interval
  double high = 0;
  double occurrences = 0;
  double start = 0;  ///< the count before the first occurrence
  double final = 0;  ///< at the last rest
  std::optional<double> stopped_after;  ///< of `capacity`: occurrences after which nothing more stayed
  ResidueVerdict verdict = ResidueVerdict::inconclusive;
  std::string reason;  ///< of `inconclusive`, in a sentence
};

/// The residue of a stimulus from the rests of a subject that met it, and those of its twin that met nothing in the
/// same time; without a twin time alone is taken to add nothing. The residue is the least-squares slope of the
/// counts over the occurrences, less what time alone adds. A leak must pass a t-test of that slope, with and without
/// one step at the place that explains most (so that no single event makes one), must rise to a new height at three
/// rests, and its second half must rise at half the slope at least. Exact for clean staircases, where the error is
/// nothing. At least four rests, of which one is later than the first occurrence; else `inconclusive`. Pure.
Residue assess_residue(std::span<const Rest> rests, std::span<const Rest> twin, const ResidueOptions& options = {});

}  // namespace leakrig::stats
