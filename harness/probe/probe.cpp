#include "harness/probe/probe.h"

namespace leakrig {

bool Probe::read_row(ProbeValues& values, Groups& /*groups*/) {
  return read(values);
}

std::string Probe::problem() const {
  return {};
}

}  // namespace leakrig
