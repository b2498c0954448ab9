#include "harness/tls/certificate_maker.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "harness/core/error.h"
#include "harness/core/fd.h"
#include "harness/tls/openssl_error.h"
#include "harness/tls/openssl_handle.h"

namespace leakrig {
namespace {

namespace fs = std::filesystem;
using BioPtr = std::unique_ptr<BIO, OpenSslFree<BIO_free_all>>;

constexpr std::chrono::seconds kClockAllowance = std::chrono::minutes{1};

struct Issued {
  CertificatePtr certificate;
  KeyPtr key;
};

struct Extension {
  int kind;  ///< OpenSSL's NID
  std::string value;
};

void must(bool well, const char* what) {
  if (!well) throw Error(fmt::format("cannot make certificates: {}: {}", what, openssl_reason()));
}

KeyPtr new_key() {
  KeyPtr key(EVP_EC_gen("P-256"));
  must(key != nullptr, "a P-256 key");
  return key;
}

/// 127 random bits: RFC 5280 wants it positive, and at most 20 octets.
void set_random_serial(X509& certificate) {
  std::array<unsigned char, 16> bytes{};
  must(RAND_bytes(bytes.data(), bytes.size()) == 1, "random bytes");
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7FU) | 0x40U);
  const std::unique_ptr<BIGNUM, OpenSslFree<BN_free>> number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
  must(number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr,
       "a serial number");
}

void set_name(X509& certificate, const std::string& common_name) {
  auto* const name = X509_get_subject_name(&certificate);
  must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.c_str()),
                                  -1, -1, 0) == 1,
       "a name");
}

/// Without an `issuer` it signs itself.
Issued issue(const std::string& name, const std::vector<Extension>& extensions, std::chrono::seconds lifetime,
             const Issued* issuer) {
  Issued made{CertificatePtr(X509_new()), new_key()};
  must(made.certificate != nullptr, "a certificate");
  auto& certificate = *made.certificate;
  X509_set_version(&certificate, X509_VERSION_3);
  set_random_serial(certificate);
  must(X509_gmtime_adj(X509_getm_notBefore(&certificate), -kClockAllowance.count()) != nullptr &&
           X509_gmtime_adj(X509_getm_notAfter(&certificate), lifetime.count()) != nullptr,
       "its times");
  set_name(certificate, name);
  X509& authority = issuer == nullptr ? certificate : *issuer->certificate;
  must(X509_set_issuer_name(&certificate, X509_get_subject_name(&authority)) == 1 &&
           X509_set_pubkey(&certificate, made.key.get()) == 1,
       "issuer and key");
  X509V3_CTX context{};
  X509V3_set_ctx(&context, &authority, &certificate, nullptr, nullptr, 0);
  for (const auto& [kind, value] : extensions) {
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    must(extension != nullptr && X509_add_ext(&certificate, extension.get(), -1) == 1, value.c_str());
  }
  auto* const signing = issuer == nullptr ? made.key.get() : issuer->key.get();
  must(X509_sign(&certificate, signing, EVP_sha256()) > 0, "a signature");
  return made;
}

/// As OpenSSL's configuration language has it, in which a comma separates: "DNS:localhost,IP:127.0.0.1".
std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  for (const auto& host : hosts) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    const bool is_address = ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
                            ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
    const bool is_name = !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
             c == '_' || c == '*';
    });
    if (!is_address && !is_name)
      throw UsageError(fmt::format("--tls-host \"{}\": must be a host name such as rig.example, or an IP address", host));
    names += fmt::format(",{}:{}", is_address ? "IP" : "DNS", host);
  }
  return names;
}

void write_new(const fs::path& file, const Issued& what, bool is_key) {
  const BioPtr text(BIO_new(BIO_s_mem()));
  must(text != nullptr && (is_key ? PEM_write_bio_PrivateKey(text.get(), what.key.get(), nullptr, nullptr, 0, nullptr, nullptr)
                                  : PEM_write_bio_X509(text.get(), what.certificate.get())) == 1,
       "a PEM file");
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(text.get(), &data));
  // O_EXCL: what is there already, or was put there meanwhile, is not written to.
  UniqueFd out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, is_key ? 0400 : 0444));
  if (!out || ::write(out.get(), data, size) != static_cast<ssize_t>(size) || ::fchmod(out.get(), is_key ? 0400 : 0444) != 0)
    throw Error(fmt::format("{}: cannot be written: {}", file.native(), std::strerror(errno)));
}

}  // namespace

std::vector<fs::path> certificate_files(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const char* name : {"ca.pem", "ca-key.pem", "server-cert.pem", "server-key.pem", "cert.pem", "key.pem"})
    files.push_back(directory / name);
  return files;
}

void make_certificates(const fs::path& directory, const CertificateRequest& request) {
  const auto names = alternative_names(request.hosts);
  for (const auto& file : certificate_files(directory)) {
    if (fs::symlink_status(file).type() != fs::file_type::not_found)
      throw UsageError(fmt::format("{} is there already, and is not overwritten: remove it, or give another directory", file.native()));
  }
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw Error(fmt::format("{}: cannot be made: {}", directory.native(), error.message()));

  const auto authority = issue("leakrig fake CA",
                               {{NID_basic_constraints, "critical,CA:TRUE"},
                                {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                {NID_subject_key_identifier, "hash"}},
                               request.lifetime, nullptr);
  const auto leaf = [&](const std::string& name, const char* usage, const std::string& alternatives) {
    std::vector<Extension> extensions{{NID_basic_constraints, "critical,CA:FALSE"},
                                      {NID_key_usage, "critical,digitalSignature"},
                                      {NID_ext_key_usage, usage},
                                      {NID_subject_key_identifier, "hash"},
                                      {NID_authority_key_identifier, "keyid:always"}};
    if (!alternatives.empty()) extensions.push_back({NID_subject_alt_name, alternatives});
    return issue(name, extensions, request.lifetime, &authority);
  };
  const auto server = leaf("leakrig fake daemon", "serverAuth", names);
  const auto client = leaf("leakrig client", "clientAuth", "");
  const auto files = certificate_files(directory);
  const std::array<const Issued*, 3> issued{&authority, &server, &client};
  for (std::size_t i = 0; i < files.size(); ++i) write_new(files[i], *issued[i / 2], i % 2 == 1);
}

}  // namespace leakrig
