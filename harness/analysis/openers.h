#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/core/sample.h"

namespace leakrig {

/// A frame of the subject's own code.
struct CodePlace {
  std::string function;  ///< "main.(*pool).get"
  std::string file;      ///< as compiled in
  std::int64_t line = 0;
};

/// The code that allocated objects which grow one to one with what stays: who opened it.
struct Opener {
  std::vector<CodePlace> chain;  ///< the innermost first, which leads; then its callers
  double objects = 0;            ///< that more live at the end, of the allocation nearest in number
  std::size_t makes = 0;         ///< allocations in step that make something: a client, a transport, a buffer
  bool makes_client = false;     ///< one of them is as large as an http.Transport, or of unknown size
  bool for_request = false;      ///< all of them by a function that Go's HTTP client called, as it does a dialer
  std::size_t uses = 0;          ///< allocations in step by Go's library, on behalf of a request
  std::string allocates;         ///< the function that such an object comes from: "net/http.(*Transport).Clone"
};

/// What it is of which so many stay.
enum class Stays {
  idle_connections,  ///< the answer is over, so what stays beside the connection is its client: who made that leads
  requests,          ///< in the middle of their answer: who asked leads
  other,
};

/// The chains of the samples' "allocation" kind (HeapProbe) of which objects grew by `count`, within 10 % or two; the
/// one that leads first. Pure.
std::vector<Opener> find_openers(const std::vector<Sample>& samples, double count, Stays what);

/// "main.(*pool).get (pool.go:40) <- main.(*monitor).inspect (monitor.go:56)"
std::string chain_text(const Opener& opener);

}  // namespace leakrig
