#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/core/clock.h"

namespace leakrig {

enum class FaultKind {
  delay_headers,   ///< the answer begins `delay` late
  no_headers,      ///< it never begins
  status,          ///< it is an error: `status` with `message`
  drop,            ///< the connection is closed without an answer
  eof,             ///< the headers, an empty body and its proper end, at once
  reset,           ///< the connection is reset after `after_bytes` of the body
  close,           ///< it is closed there, without the body's proper end
  half_close,      ///< its writing side is closed there; the daemon goes on reading
  stall,           ///< nothing more comes from there on, and the connection stays open
  cut,             ///< it is closed `after` the request, without the body's proper end
  hold_open,       ///< a stream's end (its container has stopped) is not told to the client; other answers
                   ///< end as ever
  drip,            ///< `bytes` at a time, one such piece `every`
  corrupt_frame,   ///< the header of a log stream's n-th (`frame`) message is garbage
  truncate_frame,  ///< the n-th message is cut in the middle, then the body ends properly
  restart,         ///< the daemon: every connection is dropped, the socket is replaced `down_for` later
};
const char* to_string(FaultKind kind);

/// One entry of a scenario's fleet.faults. Durations are scenario time.
struct FaultConfig {
  FaultKind kind = FaultKind::drop;
  std::string endpoint = "*";  ///< a shell pattern over the ledger's endpoints
  std::string container =
      "*";                 ///< a shell pattern over container names; a request without one only matches "*"
  double probability = 1;  ///< of each request that matches
  std::optional<Nanos> from;  ///< the window [from, to); no `from`: from the very start
  std::optional<Nanos> to;
  Nanos delay{0};
  Nanos after{0};
  Nanos every{0};  ///< of drip; of restart: again and again, 0: once
  Nanos down_for{0};
  std::uint64_t after_bytes = 0;
  std::uint64_t bytes = 1;
  std::uint64_t frame = 1;  ///< from 1
  int status = 500;
  std::string message;  ///< empty: dockerd's words for the status
};

}  // namespace leakrig
