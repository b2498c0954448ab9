#include "harness/probe/heap_profile.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/core/error.h"

namespace leakrig {
namespace {

/// Of tests/clients/go-collector with -overflow, every allocation sampled.
std::string fixture(const char* name) {
  const auto folder = std::filesystem::path{LEAKRIG_SOURCE_DIR} / "tests/fixtures/pprof";
  std::ifstream in{folder / name, std::ios::binary};
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << "no fixture " << name;
  return text.str();
}

TEST(HeapProfile, NamesTheSubjectsOwnFramesAndWhatTheyAllocate) {
  const auto objects = parse_heap_profile(fixture("heap_pool_overflow.pb.gz"));
  std::int64_t clients = 0;
  for (const auto& [label, count] : objects) {
    EXPECT_EQ(label.find("runtime."), std::string::npos) << label;
    if (label.starts_with("main.newClient (") && label.find(" <- main.(*pool).get (") != std::string::npos &&
        label.find(" <- main.(*monitor).inspect (") != std::string::npos &&
        label.find(" : github.com/docker/docker/client.defaultHTTPClient : ") != std::string::npos &&
        label.ends_with(" B"))
      clients += count;
  }
  EXPECT_GT(clients, 30);
}

TEST(HeapProfile, RefusesWhatIsNone) {
  const auto refusal = [](const std::string& bytes) -> std::string {
    try {
      parse_heap_profile(bytes);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(refusal(fixture("goroutine.pb.gz")).find("does not count objects in use"), std::string::npos);
  const auto whole = fixture("heap_pool_overflow.pb.gz");
  EXPECT_NE(refusal(whole.substr(0, whole.size() / 2)), "");
  EXPECT_NE(refusal(""), "");
  EXPECT_NE(refusal("not a profile"), "");
}

}  // namespace
}  // namespace leakrig
