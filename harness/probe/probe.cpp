#include "harness/probe/probe.h"

namespace leakrig {

void Probe::read_groups(Groups& /*groups*/) {}

}  // namespace leakrig
