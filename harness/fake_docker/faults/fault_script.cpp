#include "harness/fake_docker/faults/fault_script.h"

#include <algorithm>

namespace leakrig {

void FaultScript::add(const FaultConfig& fault) {
  hit = true;
  const auto end = [&](Ending how) {
    if (ending != Ending::none && ending_at <= fault.after_bytes) return;
    ending = how;
    ending_at = fault.after_bytes;
  };
  switch (fault.kind) {
    case FaultKind::delay_headers:
      delay += fault.delay;
      break;
    case FaultKind::no_headers:
      no_headers = true;
      break;
    case FaultKind::status:
      status = fault.status;
      message = fault.message;
      break;
    case FaultKind::drop:
      drop = true;
      break;
    case FaultKind::eof:
      eof = true;
      break;
    case FaultKind::reset:
      return end(Ending::reset);
    case FaultKind::close:
      return end(Ending::close);
    case FaultKind::half_close:
      return end(Ending::half_close);
    case FaultKind::stall:
      return end(Ending::stall);
    case FaultKind::cut:
      cut_after = cut_after ? std::min(*cut_after, fault.after) : fault.after;
      break;
    case FaultKind::hold_open:
      hold_open = true;
      break;
    case FaultKind::drip:
      drip_bytes = fault.bytes;
      drip_every = fault.every;
      break;
    case FaultKind::corrupt_frame:
      corrupt_frame = fault.frame;
      break;
    case FaultKind::truncate_frame:
      truncate_frame = fault.frame;
      break;
    case FaultKind::restart:
      break;
  }
}

bool FaultScript::touches_body() const {
  return eof || hold_open || ending != Ending::none || cut_after || drip_bytes != 0 || corrupt_frame != 0 ||
         truncate_frame != 0;
}

}  // namespace leakrig
