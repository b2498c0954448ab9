#include <gtest/gtest.h>

#include "worker.h"

TEST(Worker, IsForgotten) {
  auto* worker = new Worker;  // nobody deletes it
  EXPECT_NE(worker, nullptr);
}
