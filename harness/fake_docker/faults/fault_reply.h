#pragma once

#include "harness/fake_docker/faults/fault_script.h"
#include "harness/fake_docker/http/message.h"

namespace leakrig {

/// What a status fault answers: its own words, or dockerd's where dockerd has some.
Reply fault_reply(const FaultScript& script, const Request& request);

}  // namespace leakrig
