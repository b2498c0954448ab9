#include "harness/tls/tls_context.h"

#include <fmt/format.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "harness/core/error.h"
#include "harness/tls/openssl_error.h"
#include "harness/tls/openssl_handle.h"

namespace leakrig {
namespace {

constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/// A client that offers protocols, none of them ours, gets the alert no_application_protocol (RFC 7301, 3.2).
int select_http11(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                  unsigned int offered_length, void* /*argument*/) {
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_length, kHttp11.data(), kHttp11.size(), offered, offered_length);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void must_be_readable(const char* option, const std::filesystem::path& file) {
  if (::access(file.c_str(), R_OK) != 0)
    throw UsageError(fmt::format("{} {}: {}; leakrig fake-docker --make-certs DIR makes a set", option, file.native(),
                                 std::strerror(errno)));
}

void load_certificate(SSL_CTX& context, const TlsFiles& files) {
  must_be_readable("--tlscert", files.certificate);
  must_be_readable("--tlskey", files.key);
  if (SSL_CTX_use_certificate_chain_file(&context, files.certificate.c_str()) != 1)
    throw UsageError(fmt::format("--tlscert {}: not a certificate in PEM: {}", files.certificate.native(), openssl_reason()));
  X509* const own = SSL_CTX_get0_certificate(&context);
  if (X509_cmp_current_time(X509_get0_notAfter(own)) < 0)
    throw UsageError(fmt::format("--tlscert {}: the certificate has expired", files.certificate.native()));
  if (X509_cmp_current_time(X509_get0_notBefore(own)) > 0)
    throw UsageError(fmt::format("--tlscert {}: the certificate is not valid yet", files.certificate.native()));
  if (X509_check_purpose(own, X509_PURPOSE_SSL_SERVER, 0) != 1)
    throw UsageError(fmt::format("--tlscert {}: not a server's certificate: its extended key usage lacks serverAuth",
                                 files.certificate.native()));
  if (SSL_CTX_use_PrivateKey_file(&context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(&context) != 1)
    throw UsageError(fmt::format("--tlskey {}: not the key of {}, in PEM and not encrypted: {}", files.key.native(),
                                 files.certificate.native(), openssl_reason()));
}

void load_authority(SSL_CTX& context, const std::filesystem::path& ca) {
  must_be_readable("--tlscacert", ca);
  auto* const names = SSL_load_client_CA_file(ca.c_str());
  if (names == nullptr || SSL_CTX_load_verify_locations(&context, ca.c_str(), nullptr) != 1)
    throw UsageError(fmt::format("--tlscacert {}: no certificate in PEM: {}", ca.native(), openssl_reason()));
  SSL_CTX_set_client_CA_list(&context, names);  // takes them over
  // As in Go's pools, any certificate of the file is trusted, one that is not self-signed too.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(&context), X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

TlsContext::TlsContext(const TlsFiles& files) : context_(SSL_CTX_new(TLS_server_method())), verifies_(files.verify) {
  if (!context_) throw Error(fmt::format("cannot set up TLS: {}", openssl_reason()));
  auto* const context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context, select_http11, nullptr);
  // An encrypted key would have OpenSSL ask at the terminal.
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return 0; });
  load_certificate(*context, files);
  if (files.verify) load_authority(*context, files.ca);
}

TlsContext::~TlsContext() = default;
TlsContext::TlsContext(TlsContext&&) noexcept = default;

}  // namespace leakrig
