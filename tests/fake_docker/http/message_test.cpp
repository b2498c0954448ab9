#include "harness/fake_docker/http/message.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(Request, BooleansAreDockers) {
  for (const auto* text : {"", "0", "no", "False", "none", " FALSE "}) {
    Request request;
    request.query = {{"all", text}};
    EXPECT_FALSE(request.flag("all", true)) << text;
  }
  Request request;
  request.query = {{"all", "yes"}};
  EXPECT_TRUE(request.flag("all"));
}

}  // namespace
}  // namespace leakrig
