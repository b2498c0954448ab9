#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>  // Catch2 3
#else
#include <catch2/catch.hpp>  // Catch2 2
#endif

#include <exception>
#include <utility>
#include <vector>

#include "leakrig/growth.h"
#include "leakrig/leak_check.h"

namespace leakrig::testkit {

/// Fails the running test case with what the time of its life left behind. Made by LEAKRIG_CHECK_NO_LEAKS.
class CatchLeakCheck {
 public:
  explicit CatchLeakCheck(LeakOptions options = {})
      : exceptions_(std::uncaught_exceptions()), check_(std::move(options)) {}
  CatchLeakCheck(const CatchLeakCheck&) = delete;
  CatchLeakCheck& operator=(const CatchLeakCheck&) = delete;
  ~CatchLeakCheck() {
    if (std::uncaught_exceptions() > exceptions_) return;
    const std::vector<Leftover> left = check_.leftovers();
    if (!left.empty()) FAIL_CHECK(to_string("the block", left, check_.options()));
  }

 private:
  int exceptions_;
  LeakCheck check_;
};

}  // namespace leakrig::testkit

/// LEAKRIG_CHECK_NO_LEAKS { ... } in a Catch2 test case: fails it as CHECK does. A listener cannot fail a
/// test case in Catch2, so there is none for whole suites.
#define LEAKRIG_CHECK_NO_LEAKS_WITH(...) \
  if (const ::leakrig::testkit::CatchLeakCheck leakrig_check{__VA_ARGS__}; true)
#define LEAKRIG_CHECK_NO_LEAKS LEAKRIG_CHECK_NO_LEAKS_WITH(::leakrig::testkit::LeakOptions{})
