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
  bool raw : 1 = false;      ///< as a process said it: its last line has no line end that it did not write
  bool operator==(const LogFormat&) const = default;
};

}  // namespace leakrig
