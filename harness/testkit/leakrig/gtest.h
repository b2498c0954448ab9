#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "leakrig/growth.h"
#include "leakrig/leak_check.h"

namespace leakrig::testkit {

/// The options of the environment, added to `options`: LEAKRIG_TEST_IGNORE
/// ("thread:grpc*;descriptor:/dev/dri/*") and LEAKRIG_TEST_WAIT_MS. Throws std::invalid_argument for what
/// cannot be read.
inline LeakOptions with_environment(LeakOptions options = {}) {
  if (const char* text = std::getenv("LEAKRIG_TEST_IGNORE")) {
    const std::vector<Ignore> more = parse_ignores(text);
    options.ignore.insert(options.ignore.end(), more.begin(), more.end());
  }
  if (const char* text = std::getenv("LEAKRIG_TEST_WAIT_MS")) {
    char* end = nullptr;
    const long wait = std::strtol(text, &end, 10);
    if (end == text || *end != 0 || wait < 0 || wait > 3'600'000) {
      throw std::invalid_argument("leakrig: LEAKRIG_TEST_WAIT_MS is \"" + std::string(text) +
                                  "\"; it is a number of milliseconds from 0 to 3600000");
    }
    options.wait = std::chrono::milliseconds{wait};
  }
  return options;
}

/// Fails the running test with what the time of its life left behind. Made by LEAKRIG_EXPECT_NO_LEAKS.
class ScopedLeakCheck {
 public:
  ScopedLeakCheck(const char* file, int line, LeakOptions options = {})
      : file_(file),
        line_(line),
        exceptions_(std::uncaught_exceptions()),
        check_(with_environment(std::move(options))) {}
  ScopedLeakCheck(const ScopedLeakCheck&) = delete;
  ScopedLeakCheck& operator=(const ScopedLeakCheck&) = delete;
  /// Where an exception ends the block, that is the failure, and nothing is looked at.
  ~ScopedLeakCheck() noexcept(false) {
    if (std::uncaught_exceptions() > exceptions_) return;
    const std::vector<Leftover> left = check_.leftovers();
    if (!left.empty()) ADD_FAILURE_AT(file_, line_) << to_string("the block", left, check_.options());
  }

 private:
  const char* file_;
  int line_;
  int exceptions_;
  LeakCheck check_;
};

/// In a test that leaves something behind on purpose: LeakListener ignores it there. As parse_ignore().
inline void ignore_in_this_test(const std::string& pattern) {
  parse_ignore(pattern);
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  const int before = test == nullptr ? 0 : test->result()->test_property_count();
  ::testing::Test::RecordProperty("leakrig_ignore_" + std::to_string(before + 1), pattern);
}

/// Checks every test, what SetUpTestSuite() and TearDownTestSuite() leave behind, and what the environments
/// do; each leftover fails the innermost of them. Linking leakrig::gtest_listener appends one; or, in main():
/// `testing::UnitTest::GetInstance()->listeners().Append(new leakrig::testkit::LeakListener(options));`
class LeakListener : public ::testing::EmptyTestEventListener {
 public:
  explicit LeakListener(LeakOptions options = {}) : options_(with_environment(std::move(options))) {}

  void OnTestIterationStart(const ::testing::UnitTest&, int) override { program_.emplace(options_); }
  void OnTestSuiteStart(const ::testing::TestSuite&) override { suite_.emplace(options_); }
  void OnTestStart(const ::testing::TestInfo&) override { test_.emplace(options_); }

  void OnTestEnd(const ::testing::TestInfo& info) override {
    if (!test_) return;
    const ::testing::TestResult& result = *info.result();
    for (int i = 0; i < result.test_property_count(); ++i) {
      const ::testing::TestProperty& property = result.GetTestProperty(i);
      if (std::string(property.key()).compare(0, 15, "leakrig_ignore_") == 0)
        test_->ignore({parse_ignore(property.value())});
    }
    tell("the test", *test_);
    if (!test_->found_any()) return;
    if (suite_) suite_->forgive(*test_);
    if (program_) program_->forgive(*test_);
  }
  void OnTestSuiteEnd(const ::testing::TestSuite& suite) override {
    if (!suite_) return;
    tell("test suite " + std::string(suite.name()), *suite_);
    if (program_) program_->forgive(*suite_);
    suite_.reset();
  }
  void OnTestIterationEnd(const ::testing::UnitTest&, int) override {
    if (program_) tell("an environment or a program-wide set-up", *program_);
    program_.reset();
  }

 private:
  static void tell(const std::string& who, LeakCheck& check) {
    const std::vector<Leftover> left = check.leftovers();
    if (!left.empty()) ADD_FAILURE() << to_string(who, left, check.options());
  }

  LeakOptions options_;
  std::optional<LeakCheck> program_;
  std::optional<LeakCheck> suite_;
  std::optional<LeakCheck> test_;
};

/// For EXPECT_TRUE(no_growth(growth_per_call(f, 50))): fails where something grew with the calls, and says
/// what.
inline ::testing::AssertionResult no_growth(const Growth& growth) {
  if (!growth.leaks()) return ::testing::AssertionSuccess() << growth.describe();
  return ::testing::AssertionFailure() << growth.describe();
}

}  // namespace leakrig::testkit

/// LEAKRIG_EXPECT_NO_LEAKS { ... } fails the test, and goes on, where threads, descriptors, sockets, child
/// processes or memory mappings that were not there before the block are there after it, and do not go within
/// a second. ..._WITH(options) takes a LeakOptions.
#define LEAKRIG_EXPECT_NO_LEAKS_WITH(...) \
  switch (0)                              \
  case 0:                                 \
  default:                                \
    if (const ::leakrig::testkit::ScopedLeakCheck leakrig_check{__FILE__, __LINE__, __VA_ARGS__}; true)
#define LEAKRIG_EXPECT_NO_LEAKS LEAKRIG_EXPECT_NO_LEAKS_WITH(::leakrig::testkit::LeakOptions{})
