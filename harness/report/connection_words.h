#pragma once

#include <string>

#include "harness/analysis/findings.h"

namespace leakrig::words {

/// Phrases of connections, of who opened them, and of what servers see; marks as in sentences.h.

/// For the first line: "80 idle connections, each of `HEAD /_ping`, `GET /containers/{id}/json`, every 30 s, once a
/// container", or "..., opened by main.(*pool).get (pool.go:36)". Wants `leak.connections`.
std::string connections_lead(const finding::Leak& leak);

/// "of 160 new goroutines 160 (`readLoop`, `writeLoop`) are those of 80 more idle connections; each carried ..., once,
/// and was never used again: a client for each call that is not closed". Wants `leak.connections`.
std::string connections(const finding::Leak& leak);

/// What to do about connections that stay idle: a whole sentence. Wants `leak.connections`.
std::string share_advice(const finding::Leak& leak);

/// "`main.(*pool).get (pool.go:36)` ← ...: 80 of what it allocates stay, one for each". Wants `leak.opener`.
std::string opener(const finding::Leak& leak);

/// "nothing that Docker can see changed (0 of 1,234 requests asked to close, 2.0 requests a connection before and
/// after)"; with what it means for an option that each request must show.
std::string nothing_changed(const finding::WireAgainst& wire);

/// "Docker sees: requests that ask to close 0 % → 100 %, requests a connection 2.3 → 1.0".
std::string changed(const finding::WireAgainst& wire);

}  // namespace leakrig::words
