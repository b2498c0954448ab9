#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace leakrig {

struct CertificateRequest {
  /// Names and addresses of the server beside localhost, 127.0.0.1 and ::1.
  std::vector<std::string> hosts;
  /// How long all are valid: from a minute ago on, which forgives a client whose clock is behind.
  std::chrono::seconds lifetime = std::chrono::hours{24 * 825};
};

/// The names under which Docker's documentation has them: ca.pem, ca-key.pem, server-cert.pem and server-key.pem for
/// the daemon, cert.pem and key.pem for the client. The directory is what DOCKER_CERT_PATH names.
std::vector<std::filesystem::path> certificate_files(const std::filesystem::path& directory);

/// Makes an authority of its own, a server's certificate (serverAuth) and a client's (clientAuth), each with a new
/// P-256 key, and writes them to `directory`, which is made where it is not there. Keys get mode 0400, certificates
/// 0444. Throws UsageError if one of the files is there already, or for a name that no certificate can have; Error if
/// a file cannot be written.
void make_certificates(const std::filesystem::path& directory, const CertificateRequest& request = {});

}  // namespace leakrig
