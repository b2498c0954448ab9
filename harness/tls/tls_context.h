#pragma once

#include <filesystem>
#include <memory>

struct ssl_ctx_st;

namespace leakrig {

/// A server's certificate and whom it lets in, as dockerd's options have them.
struct TlsFiles {
  bool verify = true;               ///< --tlsverify: a client must show a certificate that `ca` has signed
  std::filesystem::path ca;          ///< PEM, one or several; not looked at without `verify`
  std::filesystem::path certificate;  ///< PEM: the server's, then what stands between it and the authority
  std::filesystem::path key;          ///< PEM, not encrypted
};

/// The server side of TLS 1.2 and 1.3 with these files; they are read once, here. ALPN is http/1.1, as dockerd has it;
/// no session is resumed, so every connection shows its certificate. May be shared by threads.
class TlsContext {
 public:
  /// Throws UsageError, with the file's name, for one that cannot be read, a certificate that has expired, is not valid
  /// yet or is not a server's, and a key that does not belong to it.
  explicit TlsContext(const TlsFiles& files);
  ~TlsContext();
  TlsContext(TlsContext&&) noexcept;
  TlsContext& operator=(TlsContext&&) = delete;

  bool verifies() const { return verifies_; }
  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
  bool verifies_ = false;
};

}  // namespace leakrig
