# find_package(leakrig): leak checks inside other people's tests. docs/test-authors.md has more.
#   leakrig::gtest           #include <leakrig/gtest.h>: LEAKRIG_EXPECT_NO_LEAKS, growth_per_call
#   leakrig::gtest_listener  the same, and every test of the program is checked without a change to it
#   leakrig::catch2          #include <leakrig/catch2.h>: LEAKRIG_CHECK_NO_LEAKS
# GoogleTest may be found before or after this, or come from FetchContent.
cmake_policy(PUSH)
cmake_policy(VERSION 3.12)
get_filename_component(leakrig_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
find_package(Threads REQUIRED)

if(NOT TARGET leakrig::gtest)
  foreach(framework gtest catch2)
    add_library(leakrig::${framework} INTERFACE IMPORTED)
    set_target_properties(leakrig::${framework} PROPERTIES
      INTERFACE_INCLUDE_DIRECTORIES "${leakrig_PREFIX}/include"
      INTERFACE_COMPILE_FEATURES cxx_std_17
      INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS}")
  endforeach()
  if(NOT TARGET GTest::gtest)
    find_package(GTest QUIET)
  endif()
  set_property(TARGET leakrig::gtest APPEND PROPERTY
    INTERFACE_LINK_LIBRARIES "$<TARGET_NAME_IF_EXISTS:GTest::gtest>")
  add_library(leakrig::gtest_listener INTERFACE IMPORTED)
  set_target_properties(leakrig::gtest_listener PROPERTIES
    INTERFACE_LINK_LIBRARIES leakrig::gtest
    INTERFACE_SOURCES "${leakrig_PREFIX}/share/leakrig/testkit/gtest_listener.cpp")
endif()
set(leakrig_FOUND TRUE)
cmake_policy(POP)
