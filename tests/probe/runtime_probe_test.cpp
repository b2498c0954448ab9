#include "harness/probe/runtime_probe.h"

#include <gtest/gtest.h>

#include "harness/probe/node_probe.h"

namespace leakrig {
namespace {

TEST(ClassHistogram, CountsInstancesByTheNamesOfTheSource) {
  const auto counts = parse_class_histogram(
      "4711:\n"
      " num     #instances         #bytes  class name (module)\n"
      "-------------------------------------------------------\n"
      "   1:         25023        1842936  [B (java.base@17.0.9)\n"
      "   2:          1200          96000  [[Ljava.lang.String; (java.base@17.0.9)\n"
      "   3:           512          20480  Server$Session\n"
      "   4:             7             56  [Lcom.example.Row;\n"
      "Total         26742        1959472\n");
  EXPECT_EQ(counts, (RuntimeCounts{{"byte[]", 25023}, {"java.lang.String[][]", 1200}, {"Server$Session", 512}, {"com.example.Row[]", 7}}));
}

TEST(ClassHistogram, OfSomethingElseIsEmpty) {
  EXPECT_TRUE(parse_class_histogram("4711: no such process\n").empty());
  EXPECT_TRUE(parse_class_histogram("").empty());
  EXPECT_EQ(parse_class_histogram("1: 5 9 [").size(), 1U) << "no type, and no fault";
}

TEST(PySpyDump, CountsThreadsByNameAndTheirFunction) {
  const auto counts = parse_py_spy_dump(
      "Process 812: python3 server.py 8080 leak\n"
      "Python v3.11.2 (/usr/bin/python3.11)\n\n"
      "Thread 812 (idle): \"MainThread\"\n"
      "    select (selectors.py:415)\n"
      "    serve_forever (socketserver.py:233)\n"
      "Thread 0x7F12 (idle): \"Thread-12 (handle)\"\n"
      "    wait (threading.py:320)\n"
      "Thread 0x7F13 (idle): \"Thread-13 (handle)\"\n"
      "    wait (threading.py:320)\n"
      "Thread 0x7F14 (active)\n");
  EXPECT_EQ(counts, (RuntimeCounts{{"MainThread in select (selectors.py:415)", 1},
                                   {"Thread-N (handle) in wait (threading.py:320)", 2},
                                   {"unnamed", 1}}));
}

TEST(NodeGroups, AreHandlesByTypeAndHeapSpaces) {
  Groups groups;
  add_node_groups(
      R"({"id":1,"result":{"result":{"type":"string","value":"{\"handles\":[\"TCPSocketWrap\",\"Timeout\",\"TCPSocketWrap\"],\"heap\":[[\"old_space\",4194304]]}"}}})",
      groups);
  EXPECT_EQ(groups["node_handle"], (ProbeValues{{"TCPSocketWrap", 2}, {"Timeout", 1}}));
  EXPECT_EQ(groups["node_heap"], (ProbeValues{{"old_space, KiB", 4096}}));
}

class OneProbe final : public Probe {
 public:
  std::string name() const override { return "one"; }
  bool read(ProbeValues&) override { return true; }
  bool read_row(ProbeValues&, Groups& groups) override {
    ++groups["kind"]["one"];
    return true;
  }
};

TEST(LateProbes, AreLookedForAtTheFirstThreeRows) {
  const auto rows_until_found = [](int found_at) {
    int looks = 0;
    LateProbes late{"late", [&] {
                      std::vector<std::unique_ptr<Probe>> probes;
                      if (++looks == found_at) probes.push_back(std::make_unique<OneProbe>());
                      return probes;
                    }};
    Groups groups;
    ProbeValues values;
    for (int row = 0; row < 5; ++row) EXPECT_TRUE(late.read_row(values, groups));
    return std::pair{looks, groups["kind"]["one"]};
  };
  EXPECT_EQ(rows_until_found(1), (std::pair{1, 5.0}));
  EXPECT_EQ(rows_until_found(3), (std::pair{3, 3.0}));
  EXPECT_EQ(rows_until_found(4), (std::pair{3, 0.0}));
}

TEST(NodeAllocations, BelongToTheInnermostFunctionOfTheProgram) {
  Groups groups;
  add_node_allocations(
      R"({"id":4,"result":{"profile":{"head":{"callFrame":{"functionName":"root","url":"","lineNumber":-1},"selfSize":9000,"children":[)"
      R"({"callFrame":{"functionName":"handle","url":"file:///srv/server.js","lineNumber":11},"selfSize":2048,"children":[)"
      R"({"callFrame":{"functionName":"alloc","url":"node:buffer","lineNumber":300},"selfSize":4096,"children":[]}]},)"
      R"({"callFrame":{"functionName":"","url":"/srv/lib/pool.js","lineNumber":4},"selfSize":1024,"children":[]}]},"samples":[]}}})",
      groups);
  EXPECT_EQ(groups["node_allocation"], (ProbeValues{{"handle (server.js:12), KiB", 6}, {"(anonymous) (pool.js:5), KiB", 1}}));
  Groups none;
  for (const char* message : {"", "[]", R"({"result":{"profile":{"head":7}}})"}) add_node_allocations(message, none);
  EXPECT_TRUE(none.empty());
}

TEST(NodeGroups, OfAnotherMessageAreNone) {
  Groups groups;
  for (const char* message : {"", "{", "[]", R"({"method":"Runtime.consoleAPICalled"})", R"({"id":1,"result":{"result":{"value":"[1]"}}})",
                              R"({"id":1,"result":{"result":{"value":7}}})"})
    add_node_groups(message, groups);
  EXPECT_TRUE(groups.empty());
}

}  // namespace
}  // namespace leakrig
