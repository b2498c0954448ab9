#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/tls/tls_context.h"

namespace leakrig {

/// The options of a server over TLS, under dockerd's names.
struct TlsArguments {
  bool tls = false;
  bool verify = false;
  std::string ca;
  std::string certificate;
  std::string key;
  std::string make_certs;
  std::vector<std::string> hosts;
};

void add_tls_options(CLI::App& app, TlsArguments& arguments);

/// What they ask for, certificates made where they are to be made; nothing: no TLS. `verb` is for messages. Throws
/// UsageError for options that make no sense together.
std::optional<TlsFiles> tls_files_of(const std::string& verb, const TlsArguments& arguments);

/// For --make-certs without anything to serve: makes them, and says how they are used. `serve` is that command line.
void make_certificates_and_say(const TlsArguments& arguments, const std::string& serve);

}  // namespace leakrig
