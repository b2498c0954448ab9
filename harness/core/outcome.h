#pragma once

namespace leakrig {

/// How a variant's run ended.
enum class Outcome {
  completed,
  interrupted,  ///< by a signal to the rig; what was sampled counts
  died,         ///< the subject ended before its time
  never_ready,  ///< the subject did not become ready in time
  rig_failed,   ///< the rig could not do its part
  unfinished,   ///< no end was recorded: the rig was killed
};
const char* to_string(Outcome outcome);

}  // namespace leakrig
