#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "leakrig/gtest.h"

// Part of every program that links leakrig::gtest_listener: nothing there need be changed.
namespace {
[[maybe_unused]] const bool kListening = [] {
  try {
    testing::UnitTest::GetInstance()->listeners().Append(new leakrig::testkit::LeakListener);
  } catch (const std::invalid_argument& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    std::exit(2);
  }
  return true;
}();
}  // namespace
