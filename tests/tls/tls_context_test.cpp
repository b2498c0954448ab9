#include "harness/tls/tls_context.h"

#include <gtest/gtest.h>

#include <fstream>

#include "harness/core/error.h"
#include "harness/tls/certificate_maker.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

class TlsContextTest : public testing::Test {
 protected:
  TlsContextTest() { make_certificates(directory_.path()); }
  TlsFiles files(const char* certificate, const char* key, const char* ca = "ca.pem") const {
    return {true, directory_.path() / ca, directory_.path() / certificate, directory_.path() / key};
  }
  static std::string refusal(const TlsFiles& files) {
    try {
      const TlsContext context(files);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }
  TemporaryDirectory directory_;
};

TEST_F(TlsContextTest, TakesWhatTheMakerMakes) { EXPECT_EQ(refusal(files("server-cert.pem", "server-key.pem")), ""); }

TEST_F(TlsContextTest, ARefusalNamesOptionAndFile) {
  std::ofstream(directory_.path() / "text.pem") << "no certificate\n";
  const auto says = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  EXPECT_PRED2(says, refusal(files("none.pem", "server-key.pem")), "none.pem: No such file");
  EXPECT_PRED2(says, refusal(files("text.pem", "server-key.pem")), "text.pem: not a certificate in PEM");
  EXPECT_PRED2(says, refusal(files("server-cert.pem", "key.pem")), "key.pem: not the key of");
  EXPECT_PRED2(says, refusal(files("cert.pem", "key.pem")), "lacks serverAuth");
  EXPECT_PRED2(says, refusal(files("server-cert.pem", "server-key.pem", "text.pem")), "--tlscacert");
}

TEST_F(TlsContextTest, AnExpiredCertificateIsRefused) {
  const auto old = directory_.path() / "old";
  make_certificates(old, {{}, std::chrono::seconds{-5}});
  EXPECT_NE(refusal({true, old / "ca.pem", old / "server-cert.pem", old / "server-key.pem"}).find("has expired"), std::string::npos);
}

}  // namespace
}  // namespace leakrig
