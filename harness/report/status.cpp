#include "harness/report/status.h"

namespace leakrig {

std::string status_text(const Analysis& analysis) {
  switch (analysis.exit_code) {
    case ExitCode::ok:
      return "every expectation held";
    case ExitCode::expectation_failed:
      return "an expectation failed";
    case ExitCode::inconclusive:
      return "inconclusive";
    case ExitCode::interrupted:
      return "interrupted: a partial report";
    case ExitCode::usage:
    case ExitCode::failed:
      break;
  }
  return analysis.controls_held() ? "the subject or the rig failed"
                                  : "a control failed: the verdicts below cannot be relied on";
}

const char* status_icon(ExitCode code) {
  switch (code) {
    case ExitCode::ok:
      return "✅";
    case ExitCode::inconclusive:
      return "❓";
    case ExitCode::interrupted:
      return "⚠️";
    case ExitCode::expectation_failed:
    case ExitCode::usage:
    case ExitCode::failed:
      break;
  }
  return "❌";
}

}  // namespace leakrig
