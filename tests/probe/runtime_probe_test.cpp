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

TEST(NodeGroups, OfAnotherMessageAreNone) {
  Groups groups;
  for (const char* message : {"", "{", "[]", R"({"method":"Runtime.consoleAPICalled"})", R"({"id":1,"result":{"result":{"value":"[1]"}}})",
                              R"({"id":1,"result":{"result":{"value":7}}})"})
    add_node_groups(message, groups);
  EXPECT_TRUE(groups.empty());
}

}  // namespace
}  // namespace leakrig
