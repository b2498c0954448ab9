#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
#include <fcntl.h>
#include <unistd.h>

#include "leakrig/catch2.h"

TEST_CASE("clean") {
  LEAKRIG_CHECK_NO_LEAKS {
    ::close(::open("/etc/hostname", O_RDONLY));
  }
}

TEST_CASE("leaking") {
  leakrig::testkit::LeakOptions options;
  options.wait = std::chrono::milliseconds{5};
  LEAKRIG_CHECK_NO_LEAKS_WITH(options) {
    ::open("/etc/hostname", O_RDONLY);
  }
}
