#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "harness/fake_sink/sink_book.h"
#include "harness/fake_sink/sink_fault.h"

namespace leakrig {

/// Where one kind of sink is served, from construction to destruction.
class SinkListener {
 public:
  virtual ~SinkListener() = default;
  virtual int port() const = 0;
};

struct ListenerOptions {
  std::string host;
  int port = 0;                        ///< 0: any free one
  std::size_t max_message_bytes = 0;  ///< of a body, a forward message or a line
};

/// What the listeners of one sink share; outlives them.
struct SinkDesk {
  SinkBook& book;
  FaultGate& faults;
};

/// `kind` is one of sink_kinds(); Throws Error if the port cannot be had.
std::unique_ptr<SinkListener> listen_for(const std::string& kind, const ListenerOptions& options, SinkDesk desk);

/// The scheme of its URL: "http" or "tcp".
const char* sink_scheme(const std::string& kind);

}  // namespace leakrig
