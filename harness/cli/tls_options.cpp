#include "harness/cli/tls_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "harness/core/error.h"
#include "harness/core/say.h"
#include "harness/tls/certificate_maker.h"

namespace leakrig {
namespace {

namespace fs = std::filesystem;

/// Where dockerd looks: DOCKER_CERT_PATH, else ~/.docker.
fs::path usual_directory() {
  if (const char* const given = std::getenv("DOCKER_CERT_PATH"); given != nullptr && *given != '\0') return given;
  const char* const home = std::getenv("HOME");
  return fs::path(home != nullptr ? home : "/") / ".docker";
}

/// `ours` is the name that --make-certs gives it; without that file, dockerd's default.
fs::path file_or(const std::string& given, const fs::path& directory, const char* ours, const char* usual) {
  if (!given.empty()) return given;
  return fs::exists(directory / ours) ? directory / ours : directory / usual;
}

}  // namespace

void add_tls_options(CLI::App& app, TlsArguments& arguments) {
  app.add_flag("--tlsverify", arguments.verify, "Serve TCP over TLS to clients with a certificate of --tlscacert's; other hosts may be served then");
  app.add_flag("--tls", arguments.tls, "Serve TCP over TLS to any client, on loopback only; implied by --tlsverify");
  app.add_option("--tlscacert", arguments.ca, "Authority that signs clients' certificates (default: ca.pem in $DOCKER_CERT_PATH or ~/.docker)");
  app.add_option("--tlscert", arguments.certificate, "The server's certificate (default: server-cert.pem, else cert.pem, there)");
  app.add_option("--tlskey", arguments.key, "Its key (default: server-key.pem, else key.pem, there)");
  app.add_option("--make-certs", arguments.make_certs,
                 "Make an authority and certificates for server and client in this directory, under the names that docker "
                 "expects in DOCKER_CERT_PATH; with something to serve, serve with them (--tlsverify), or with those that are there");
  app.add_option("--tls-host", arguments.hosts, "Another name or address for the server's certificate; may be repeated");
}

std::optional<TlsFiles> tls_files_of(const std::string& verb, const TlsArguments& arguments) {
  if (!arguments.hosts.empty() && arguments.make_certs.empty())
    throw UsageError(fmt::format("{}: --tls-host is for the certificates of --make-certs DIR", verb));
  const bool on = arguments.tls || arguments.verify || !arguments.make_certs.empty();
  if (!on && !(arguments.ca + arguments.certificate + arguments.key).empty())
    throw UsageError(fmt::format("{}: --tlscacert, --tlscert and --tlskey need --tlsverify, or --tls for clients without a certificate", verb));
  if (!on) return std::nullopt;
  TlsFiles files;
  files.verify = arguments.verify || !arguments.tls;
  if (!files.verify && !arguments.ca.empty())
    throw UsageError(fmt::format("{}: --tlscacert is for --tlsverify; with --tls alone no client's certificate is looked at", verb));
  const fs::path directory = arguments.make_certs.empty() ? usual_directory() : fs::path(arguments.make_certs);
  if (!arguments.make_certs.empty()) {
    const auto made = certificate_files(directory);
    const bool all_there = std::ranges::all_of(made, [](const fs::path& file) { return fs::exists(file); });
    if (all_there && !arguments.hosts.empty())
      throw UsageError(fmt::format("{}: {} has certificates already, which --tls-host cannot change; remove them, or give another directory", verb, directory.native()));
    if (!all_there) make_certificates(directory, {arguments.hosts});
  }
  files.ca = file_or(arguments.ca, directory, "ca.pem", "ca.pem");
  files.certificate = file_or(arguments.certificate, directory, "server-cert.pem", "cert.pem");
  files.key = file_or(arguments.key, directory, "server-key.pem", "key.pem");
  return files;
}

void make_certificates_and_say(const TlsArguments& arguments, const std::string& serve) {
  if (arguments.tls || arguments.verify || !(arguments.ca + arguments.certificate + arguments.key).empty())
    throw UsageError("--make-certs alone makes certificates and serves nothing; give an address to serve on, or leave the other TLS options away");
  const auto directory = fs::absolute(arguments.make_certs).lexically_normal();
  make_certificates(directory, {arguments.hosts});
  for (const auto& file : certificate_files(directory)) say(stdout, "made {}\n", file.native());
  say(stdout,
      "serve: {} --tlsverify --tlscacert {}/ca.pem --tlscert {}/server-cert.pem --tlskey {}/server-key.pem\n", serve,
      directory.native(), directory.native(), directory.native());
}

}  // namespace leakrig
