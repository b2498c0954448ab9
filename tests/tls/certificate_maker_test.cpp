#include "harness/tls/certificate_maker.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "harness/core/error.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

TEST(MakeCertificates, KeysAreForTheirOwnerAlone) {
  const TemporaryDirectory directory;
  make_certificates(directory.path() / "certs");
  for (const auto& file : certificate_files(directory.path() / "certs")) {
    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0) << file;
    EXPECT_EQ(status.st_mode & 0777U, file.native().ends_with("key.pem") ? 0400U : 0444U) << file;
  }
}

TEST(MakeCertificates, WhatIsThereIsNotOverwritten) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "key.pem") << "mine";
  EXPECT_THROW(make_certificates(directory.path()), UsageError);
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "ca.pem"));
  std::string kept;
  std::ifstream(directory.path() / "key.pem") >> kept;
  EXPECT_EQ(kept, "mine");
}

TEST(MakeCertificates, AHostIsANameOrAnAddress) {
  const TemporaryDirectory directory;
  make_certificates(directory.path() / "good", {{"rig.example", "10.1.2.3", "fe80::1"}});
  for (const char* bad : {"", "a b", "x,DNS:y", "https://x"})
    EXPECT_THROW(make_certificates(directory.path() / "bad", {{bad}}), UsageError) << bad;
}

}  // namespace
}  // namespace leakrig
