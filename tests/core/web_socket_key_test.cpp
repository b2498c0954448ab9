#include "harness/core/web_socket_key.h"

#include <gtest/gtest.h>

#include "harness/core/base64.h"

namespace leakrig {
namespace {

TEST(WebSocketKey, TheHandshakeIsThatOfTheRfc) {
  EXPECT_EQ(web_socket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(web_socket_accept(std::string(100, 'x')), "") << "no key is that long";
}

/// RFC 4648, section 10.
TEST(Base64, PadsToFours) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace leakrig
