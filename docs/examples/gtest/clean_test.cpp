#include <gtest/gtest.h>

#include "worker.h"

TEST(Worker, Starts) {
  const auto worker = std::make_unique<Worker>();
  EXPECT_NE(worker, nullptr);
}

TEST(Worker, StartsAgain) {
  const auto first = std::make_unique<Worker>();
  const auto second = std::make_unique<Worker>();
  EXPECT_NE(first, second);
}
