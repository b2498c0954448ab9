#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <variant>
#include <vector>

#include "harness/fake_sink/message_room.h"

namespace leakrig {

/// One message of Fluentd's forward protocol (version 1 of its specification).
struct ForwardMessage {
  std::vector<std::string> lines;  ///< every string of each record, a text a record
  std::string acknowledgement;     ///< what must be sent back, as MessagePack; empty: nothing
};

/// The stream has ended, between two messages or within one.
struct ForwardEnded {};
/// What came is no message of the protocol, or larger or nested deeper than is taken.
struct ForwardRefused {
  std::string reason;
};

/// Reads the next message, of at most `longest` bytes, compressed entries included; blocks as `from` does. Takes it
/// apart in a turn of `room`, if there is one.
/// Modes: Message, Forward, PackedForward and CompressedPackedForward. Never throws.
std::variant<ForwardMessage, ForwardEnded, ForwardRefused> read_forward(std::istream& from, std::size_t longest,
                                                                         MessageRoom* room = nullptr);

}  // namespace leakrig
