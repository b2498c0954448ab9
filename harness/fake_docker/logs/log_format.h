#pragma once

namespace leakrig {

/// How a client wants its lines; small, so that streams that want the same share the bytes.
struct LogFormat {
  bool to_stdout : 1 = false;
  bool to_stderr : 1 = false;
  bool timestamps : 1 = false;
  bool details : 1 = false;
  bool framed : 1 = false;   ///< 8-byte stream headers (no TTY)
  bool chunked : 1 = false;  ///< HTTP chunks, one a line
  bool operator==(const LogFormat&) const = default;
};

}  // namespace leakrig
