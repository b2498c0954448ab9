#include "harness/stats/growth/shapes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace leakrig::stats {
namespace {

std::vector<double> times() {
  std::vector<double> at;
  for (int i = 0; i <= 150; ++i) at.push_back(i / 150.0);
  return at;
}

std::vector<double> values_of(double (*value)(double)) {
  std::vector<double> values;
  for (const double t : times()) values.push_back(value(t));
  return values;
}

TEST(Shapes, TheFirstCandidateIsNone) {
  const auto shapes = candidate_shapes(times(), values_of([](double t) { return t; }));
  ASSERT_FALSE(shapes.empty());
  EXPECT_EQ(shapes.front().kind, ShapeKind::none);
}

TEST(Shapes, HaveEachKindWithPriorsThatAreShares) {
  const auto shapes = candidate_shapes(times(), values_of([](double t) { return t; }));
  for (const auto kind : {ShapeKind::warmup, ShapeKind::ramp, ShapeKind::step}) {
    double sum = 0;
    for (const auto& shape : shapes) {
      if (shape.kind == kind) sum += shape.prior;
    }
    EXPECT_GT(sum, 0) << static_cast<int>(kind);
    EXPECT_LE(sum, 1 + 1e-9) << static_cast<int>(kind);
  }
}

TEST(Shapes, TryAStepWhereTheReadingsJump) {
  const auto shapes = candidate_shapes(times(), values_of([](double t) { return t < 0.413 ? 0.0 : 1.0; }));
  EXPECT_TRUE(std::any_of(shapes.begin(), shapes.end(), [](const Shape& shape) {
    return shape.kind == ShapeKind::step && std::abs(shape.at - 0.413) < 0.01;
  }));
}

TEST(Shapes, AColumnsCoefficientIsAnAmountOfGrowth) {
  for (const auto& shape : {Shape{ShapeKind::step, 0.5}, Shape{ShapeKind::ramp, 0.5}, Shape{ShapeKind::warmup, 0.1}}) {
    const auto column = shape_column(shape, times());
    const auto [least, most] = std::minmax_element(column.begin(), column.end());
    EXPECT_NEAR(*most - *least, 1, 0.02) << static_cast<int>(shape.kind);
    EXPECT_TRUE(std::is_sorted(column.begin(), column.end())) << static_cast<int>(shape.kind);
  }
}

}  // namespace
}  // namespace leakrig::stats
