#include "harness/probe/goroutine_profile.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/go_names.h"
#include "harness/probe/wire.h"

namespace leakrig {
namespace {

/// Profiles of one Go program: four streams that it opened and never closed, served by itself, and two
/// goroutines that wait for ever.
std::string fixture(const std::string& name) {
  const auto folder = std::filesystem::path{LEAKRIG_SOURCE_DIR} / "tests/fixtures/pprof";
  std::ifstream in{folder / name, std::ios::binary};
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << "no fixture " << name;
  return text.str();
}

std::map<std::string, std::uint64_t> by_label(const GoroutineProfile& profile) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& stack : profile.stacks) counts[stack_label(stack)] += stack.count;
  return counts;
}

std::string refusal(GoroutineProfile (*parse)(std::string_view), std::string_view text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(GoroutineProfile, CountsAreReadByStack) {
  const auto profile = parse_goroutine_counts(fixture("goroutine_debug1.txt"));
  EXPECT_EQ(profile.total, 26U);
  auto counts = by_label(profile);
  EXPECT_EQ(counts["main.(*monitor).read (example.com/goleak/main.go:27)"], 4U);
  EXPECT_EQ(counts["net/http.(*persistConn).readLoop (net/http/transport.go:2450)"], 4U);
  EXPECT_EQ(counts["net/http.(*persistConn).writeLoop (net/http/transport.go:2652)"], 4U);
  EXPECT_EQ(counts["main.main.func2 (example.com/goleak/main.go:47)"], 2U);
}

TEST(GoroutineProfile, StacksTellWhatCreatedThem) {
  const auto profile = parse_goroutine_stacks(fixture("goroutine_debug2.txt"));
  auto counts = by_label(profile);
  EXPECT_EQ(counts["main.(*monitor).read (example.com/goleak/main.go:27), created by main.(*monitor).follow "
                   "(main.go:22)"],
            4U);
  EXPECT_EQ(counts["main.main.func2 (example.com/goleak/main.go:47), created by main.main (main.go:47)"], 2U);
  EXPECT_EQ(profile.total, profile.stacks.size());
}

TEST(GoroutineProfile, TheProtobufFormSaysTheSameAsTheCounts) {
  const auto protobuf = parse_goroutine_protobuf(fixture("goroutine.pb.gz"));
  auto expected = by_label(parse_goroutine_counts(fixture("goroutine_debug1.txt")));
  auto found = by_label(protobuf);
  for (const char* label : {"main.(*monitor).read (example.com/goleak/main.go:27)",
                            "main.main.func2 (example.com/goleak/main.go:47)",
                            "net/http.(*persistConn).readLoop (net/http/transport.go:2450)"}) {
    EXPECT_EQ(found[label], expected[label]) << label;
  }
  std::uint64_t sum = 0;
  for (const auto& stack : protobuf.stacks) sum += stack.count;
  EXPECT_EQ(protobuf.total, sum);
}

TEST(GoroutineProfile, CountsCutShortAreRefusedSoThatTheyAreNoFall) {
  const auto whole = fixture("goroutine_debug1.txt");
  const auto last_stack = whole.rfind("\n1 @");
  for (std::size_t length = 0; length < last_stack; length += 7) {
    EXPECT_NE(refusal(parse_goroutine_counts, whole.substr(0, length)), "") << length;
  }
}

TEST(GoroutineProfile, AProtobufCutShortOrDamagedIsRefused) {
  const auto packed = fixture("goroutine.pb.gz");
  for (std::size_t length = 2; length < packed.size(); length += 7) {
    EXPECT_NE(refusal(parse_goroutine_protobuf, packed.substr(0, length)), "") << length;
  }
  const auto plain = gunzip(packed, 1 << 20);
  EXPECT_EQ(parse_goroutine_protobuf(plain).total, parse_goroutine_protobuf(packed).total);
  for (std::size_t at = 0; at < plain.size(); at += 3) {
    auto damaged = plain;
    damaged[at] = static_cast<char>(~damaged[at]);
    try {
      parse_goroutine_protobuf(damaged);  // it may still be a profile, of other names
    } catch (const Error&) {
    }
  }
}

TEST(GoroutineProfile, WhatIsNoProfileIsRefusedWithWhatItIs) {
  EXPECT_EQ(refusal(parse_goroutine_counts, "<html>404</html>"),
            "not a whole goroutine profile: it begins with \"<html>404</html>\"");
  EXPECT_EQ(refusal(parse_goroutine_counts, "goroutine profile: total 3\n1 @ 0x1\n"),
            "not a whole goroutine profile: it announces 3 goroutines and holds 1");
  EXPECT_EQ(refusal(parse_goroutine_counts, "heap profile: 1: 2 [3: 4] @ heap/1048576\n").substr(0, 30),
            "not a whole goroutine profile:");
  EXPECT_NE(refusal(parse_goroutine_stacks, "goroutine 1 [running]:\nmain.main()\n"), "");
  EXPECT_NE(refusal(parse_goroutine_stacks, ""), "");
  EXPECT_NE(refusal(parse_goroutine_protobuf, ""), "");
  EXPECT_NE(refusal(parse_goroutine_protobuf, "goroutine profile: total 3\n"), "");
}

TEST(GoroutineProfile, ControlCharactersDoNotReachTheMessage) {
  EXPECT_EQ(refusal(parse_goroutine_counts, "\x1b[31mred\x01"),
            "not a whole goroutine profile: it begins with \"?[31mred?\"");
}

TEST(GoroutineProfile, LabelsAreReadOverAndGo119sFormToo) {
  const auto profile = parse_goroutine_counts(
      "goroutine profile: total 2\n2 @ 0x1 0x2\n# labels: "
      "{\"a\":\"b\"}\n#\t0x1\tmain.f[...]+0x1\t/src/main.go:9\n");
  ASSERT_EQ(profile.stacks.size(), 1U);
  EXPECT_EQ(stack_label(profile.stacks[0]), "main.f[...] (/src/main.go:9)");
  const auto stacks = parse_goroutine_stacks(
      "goroutine 7 [chan receive, 3 minutes]:\nmain.f.func1({0x1, 0x2}, (int)(4))\n\t/src/main.go:9 +0x1d\n"
      "...23 frames elided...\ncreated by main.f\n\t/src/main.go:8 +0x25\n");
  ASSERT_EQ(stacks.stacks.size(), 1U);
  EXPECT_EQ(stack_label(stacks.stacks[0]), "main.f.func1 (/src/main.go:9), created by main.f (main.go:8)");
}

TEST(StackLabel, PrefersTheSubjectsOwnCodeThenAModulesThenWhatWasStarted) {
  const GoFrame library{"net/http.(*persistConn).readLoop", "net/http/transport.go", 2213};
  const GoFrame module{"github.com/docker/docker/client.(*Client).get",
                       "github.com/docker/docker@v20.10.24/client/c.go", 5};
  const GoFrame own{"example.com/x.(*T).follow", "/src/x/follow.go", 40};
  EXPECT_EQ(stack_label({1, {library, module, own, library}, {}}),
            "example.com/x.(*T).follow (/src/x/follow.go:40)");
  EXPECT_EQ(
      stack_label({1, {library, module, library}, {}}),
      "github.com/docker/docker/client.(*Client).get (github.com/docker/docker@v20.10.24/client/c.go:5)");
  EXPECT_EQ(stack_label({1, {{"runtime.gopark", "proc.go", 1}, library}, {}}),
            "net/http.(*persistConn).readLoop (net/http/transport.go:2213)");
  EXPECT_EQ(stack_label({}), "(no stack)");
}

TEST(StackLabel, TheLibraryIsKnownByItsPaths) {
  for (const char* name :
       {"runtime.goexit", "net/http.Serve", "internal/poll.(*FD).Read", "vendor/golang.org/x/net.f"}) {
    EXPECT_TRUE(is_standard_library(name)) << name;
  }
  for (const char* name : {"main.main", "example.com/net/http.f", "nettle/x.f", "collector.run", ""}) {
    EXPECT_FALSE(is_standard_library(name)) << name;
  }
}

TEST(GoroutineProfile, AMillionFramesAreTheMost) {
  std::string text = "goroutine profile: total 1\n1 @ 0x1\n";
  const std::string frame = "#\t0x1\tf+0x1\tx.go:1\n";
  for (std::size_t i = 0; i < kMaxFrames; ++i) text += frame;
  EXPECT_EQ(refusal(parse_goroutine_counts, text), "not a whole goroutine profile: more than 1000000 frames");
}

TEST(Gunzip, StopsAtItsLimit) {
  // 2 MiB of zeros, packed by gzip into 2 KiB.
  EXPECT_THROW(gunzip(fixture("zeros.gz"), 1 << 20), Error);
  EXPECT_EQ(gunzip(fixture("zeros.gz"), 4 << 20).size(), std::size_t{2} << 20U);
}

TEST(WireReader, BrokenFieldsEndTheReadingAndAreTold) {
  for (const std::string_view bytes :
       {std::string_view{"\x08", 1},
        std::string_view{"\x12\x05"
                         "ab",
                         4},
        std::string_view{"\x00\x01", 2}, std::string_view{"\x0b", 1},
        std::string_view{"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13}}) {
    WireReader reader{bytes};
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.broken());
  }
  WireReader reader{std::string_view{"\x08\x96\x01\x12\x02hi", 7}};
  EXPECT_EQ(reader.next()->value, 150U);
  EXPECT_EQ(reader.next()->bytes, "hi");
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.broken());
}

}  // namespace
}  // namespace leakrig
