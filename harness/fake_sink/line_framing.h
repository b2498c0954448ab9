#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leakrig {

/// Cuts a stream of bytes into messages, as syslog over TCP and plain lines are framed (RFC 6587): a count and
/// a blank before a message that begins with '<', or a newline or NUL behind one. Pure.
class LineFraming {
 public:
  /// A message is cut into pieces of this size where it is longer.
  explicit LineFraming(std::size_t longest) : longest_(longest) {}

  /// The messages that are whole with these bytes.
  std::vector<std::string> take(std::string_view bytes);
  /// What is left when the stream has ended; empty if nothing is.
  std::string rest();
  /// Bytes of a message that is not whole.
  std::size_t held() const { return unread_.size(); }

 private:
  bool take_counted(std::vector<std::string>& messages);
  bool take_delimited(std::vector<std::string>& messages);

  std::size_t longest_;
  std::string unread_;
  std::size_t looked_at_ = 0;  ///< of `unread_`, where no end of a line is
};

}  // namespace leakrig
