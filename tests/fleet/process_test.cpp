#include "harness/fleet/process.h"

#include <gtest/gtest.h>

#include <csignal>

#include "harness/fleet/shell_syntax.h"

namespace leakrig {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Made {
  FileTree files{"box"};
  std::unique_ptr<Process> process;

  explicit Made(std::vector<std::string> command, bool tty = false, bool is_init = true) {
    ProcessSetup setup;
    setup.command = std::move(command);
    setup.env = {"WHO=me"};
    setup.service_rate = 2;
    setup.files = &files;
    setup.tty = tty;
    setup.is_init = is_init;
    process = std::make_unique<Process>(std::move(setup));
    process->run({});
  }
  std::string said(int stream = 0) {
    std::string text;
    for (const auto& each : process->take_said()) {
      if (stream == 0 || each.stream == stream) text += each.text;
    }
    return text;
  }
};

struct ScriptCase {
  std::string script;
  std::string says;
  int code = 0;
};

TEST(Process, DoesWhatAShellWould) {
  for (const auto& [script, says, code] :
       {ScriptCase{"echo a && echo b; exit 4; echo c", "a\nb\n", 4},
        ScriptCase{"false || echo 'x  y'", "x  y\n"},
        ScriptCase{"true && false", "", 1},
        ScriptCase{"! false", ""},
        ScriptCase{"echo one; echo two >&2", "one\ntwo\n"},
        ScriptCase{"echo a 2>/dev/null | cat | tr a-z A-Z", "A\n"},
        ScriptCase{"for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; echo $i; done", "1\n3\n"},
        ScriptCase{"i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i", "3\n"},
        ScriptCase{"until true; do echo never; done; echo $WHO ${NOBODY:-none}", "me none\n"},
        ScriptCase{"if false; then echo a; elif true; then echo b; else echo c; fi", "b\n"},
        ScriptCase{"echo \"$(printf '%s-%03d' x 7)\"", "x-007\n"},
        ScriptCase{"printf 'no end'", "no end"},
        ScriptCase{"seq 3 | wc -l; seq 5 | tail -n 2", "3\n4\n5\n"},
        ScriptCase{"echo kept > /tmp/f; cat /tmp/f; rm /tmp/f; cat /tmp/f", "kept\ncat: can't open '/tmp/f': No such file or directory\n", 1},
        ScriptCase{"(echo in a group; exit 3)", "in a group\n", 3},
        ScriptCase{"cd /tmp; pwd; cd /nowhere", "/tmp\ncd: can't cd to /nowhere: No such file or directory\n", 2},
        ScriptCase{"nosuch --now", "sh: nosuch: not found\n", 127},
        ScriptCase{"sh -c 'exit 3'; echo $?", "3\n"},
        ScriptCase{"trap 'echo bye' EXIT; echo hi", "hi\nbye\n"},
        ScriptCase{"# nothing\necho \\\n x", "x\n"},
        ScriptCase{"echo 'unfinished", "sh: syntax error: unexpected end of file (expecting more)\n", 2},
        ScriptCase{"echo a; ) b", "sh: syntax error: unexpected \")\"\n", 2}}) {
    Made made({"sh", "-c", script});
    made.process->close_input({});
    EXPECT_TRUE(made.process->ended()) << script;
    EXPECT_EQ(made.said(), says) << script;
    EXPECT_EQ(made.process->exit_code(), code) << script;
  }
}

TEST(Process, TakesItsTime) {
  Made made({"sh", "-c", "echo a; sleep 2; echo b; sleep 0.5; exit 3"});
  EXPECT_EQ(made.said(), "a\n");
  EXPECT_EQ(made.process->wakes_at(), seconds{2});
  made.process->run(seconds{1});
  EXPECT_EQ(made.said(), "");
  made.process->run(seconds{2});
  EXPECT_EQ(made.said(), "b\n");
  EXPECT_FALSE(made.process->ended());
  made.process->run(milliseconds{2500});
  EXPECT_TRUE(made.process->ended());
  EXPECT_EQ(made.process->exit_code(), 3);
}

TEST(Process, CopiesItsInputUntilThatEnds) {
  Made made({"sh", "-c", "cat; echo done"});
  made.process->input("x\ny", {});
  EXPECT_EQ(made.said(), "x\ny");
  EXPECT_FALSE(made.process->ended());
  made.process->close_input({});
  EXPECT_EQ(made.said(), "done\n");
  EXPECT_TRUE(made.process->ended());
}

TEST(Process, AShellWithoutAScriptReadsOne) {
  Made made({"sh"});
  made.process->input("echo a\nfor i in 1 2\ndo echo $i\n", {});
  EXPECT_EQ(made.said(), "a\n");
  made.process->input("done\nexit 9\n", {});
  EXPECT_EQ(made.said(), "1\n2\n");
  EXPECT_EQ(made.process->exit_code(), 9);
}

TEST(Process, ATerminalEchoesAndInterrupts) {
  Made made({"sh"}, true);
  EXPECT_EQ(made.said(), "/ # ");
  made.process->input("echo hi\r", {});
  EXPECT_EQ(made.said(), "echo hi\r\nhi\r\n/ # ");
  made.process->input("\x04", {});
  EXPECT_TRUE(made.process->ended());
  Made cat({"cat"}, true);
  cat.process->input("\x03", {});
  EXPECT_EQ(cat.process->exit_code(), 130);
}

TEST(Process, SignalsPassAnInitThatDoesNotMindThem) {
  Made init({"sleep", "100"});
  init.process->signal(SIGTERM, {});
  EXPECT_FALSE(init.process->ended());
  init.process->signal(SIGKILL, {});
  EXPECT_EQ(init.process->exit_code(), 137);
  Made child({"sleep", "100"}, false, false);
  child.process->signal(SIGTERM, {});
  EXPECT_EQ(child.process->exit_code(), 143);
  Made server({"nginx"});
  server.process->signal(SIGUSR1, {});
  EXPECT_FALSE(server.process->ended());
  server.process->signal(SIGTERM, {});
  EXPECT_EQ(server.process->exit_code(), 143);
  Made trap({"sh", "-c", "trap 'echo got; exit 5' USR1; while true; do sleep 1; done"});
  trap.process->signal(SIGUSR1, {});
  EXPECT_EQ(trap.said(), "got\n");
  EXPECT_EQ(trap.process->exit_code(), 5);
}

TEST(Process, WritesWithoutEndOrAtOnce) {
  Made lines({"lines", "20"});
  EXPECT_EQ(lines.process->lines_per_s(), 20);
  Made service({"nginx", "-g", "daemon off;"});
  EXPECT_EQ(service.process->lines_per_s(), 2);
  Made burst({"sh", "-c", "burst 3; tail -f /dev/null"});
  const auto said = burst.process->take_said();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].lines, 3U);
  EXPECT_FALSE(burst.process->ended());
}

TEST(Process, HoldsUpNobody) {
  for (const std::string script : {"while true; do :; done", "while true; do echo x; done", "seq 1000000000 | cat",
                                   "x=aaaaaaaa; while true; do x=$x$x; done", "while true; do x=$(echo $(echo a)); done"}) {
    Made made({"sh", "-c", script});
    std::size_t bytes = 0;
    for (const auto& each : made.process->take_said()) bytes += each.text.size();
    EXPECT_LE(bytes, 2U << 20U) << script;
  }
  // A call's share of work, a step's beyond it, and what the commands within it may take.
  constexpr std::uint64_t kMostWork = 80'000'000;
  const auto times = [](int count, const std::string& text) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
  };
  const std::string big = "x=x; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do x=$x$x; done; ";
  const std::string file = big + "for i in 1 2 3 4 5 6 7 8; do echo $x >> /f; done; ";
  for (const auto& script :
       {big + "while :; do y=$x; done", big + "echo " + times(5'000, "$x"), big + "y=" + times(5'000, "$x"),
        big + "while :; do y=$((" + times(5'000, "x+") + "1)); done", file + "while :; do echo x >> /f; done",
        file + "cat " + times(10'000, "/f "), file + "sort " + times(10'000, "/f "), file + "cat" + times(5'000, " < /f"),
        file + "while :; do cat /f | tr x y | grep yyyy | wc; done", file + "mkdir /d; cp " + times(10'000, "/f ") + "/d",
        file + "stat " + times(10'000, "/f "), "printf " + times(10'000, "%1000s"), "echo " + times(2'000, "$(while :; do :; done)"),
        std::string{"while :; do x=$(while :; do y=$(while :; do :; done); done); done"},
        "mkdir -p " + times(30'000, "/a"), big + "mkdir -p /$x", std::string{"seq 9223372036854775800 9223372036854775807"},
        std::string{"expr 9223372036854775807 + 1; expr 9223372036854775807 '*' 9223372036854775807"}}) {
    Made made({"sh", "-c", script});
    for (int calls = 0; calls < 50 && !made.process->ended(); ++calls) {
      EXPECT_LE(made.process->take_work(), kMostWork) << script.substr(0, 200);
      made.process->take_said();
      made.process->run(milliseconds{20 * (calls + 1)});
    }
  }
  EXPECT_FALSE(read_shell(std::string(100'000, '(')).program);
  EXPECT_FALSE(read_shell(std::string(5'000, '(')).program);
}

TEST(Process, IsEndedWhereItTakesTooMuchMemory) {
  FileTree files("box");
  MemoryBudget memory(300'000);
  ProcessSetup setup;
  setup.files = &files;
  setup.memory = &memory;
  setup.command = {"sh", "-c", "x=x; while :; do x=$x$x; sleep 1; done"};
  auto process = std::make_unique<Process>(setup);
  for (int i = 0; i < 40; ++i) process->run(seconds{2 * i});
  EXPECT_TRUE(process->ended());
  EXPECT_EQ(process->exit_code(), 137);
  EXPECT_TRUE(memory.share().resize(300'000)) << "what it held is there again";
  setup.command = {"sh", "-c", "x=x; while :; do x=x$x; x=y; sleep 1; done"};
  process = std::make_unique<Process>(setup);
  for (int i = 0; i < 40; ++i) process->run(seconds{2 * i});
  EXPECT_FALSE(process->ended());
  process.reset();
  EXPECT_TRUE(memory.share().resize(300'000));
}

TEST(Process, VariablesHoldNoMoreThanTheyMay) {
  Made made({"sh", "-c", "x=x; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do x=$x$x; done; a=$x; b=$x; c=$x; echo ${c:-empty}; unset a; c=$x; echo \"$c\" | wc -c"});
  for (int i = 1; i < 100 && !made.process->ended(); ++i) made.process->run(milliseconds{20 * i});
  EXPECT_EQ(made.said(), "empty\n262145\n");
}

TEST(Process, RuncRefusesWhatIsNotThere) {
  const FileTree files;
  EXPECT_EQ(Process::refusal({"nosuch"}, files), "exec: \"nosuch\": executable file not found in $PATH");
  EXPECT_EQ(Process::refusal({"/x/y"}, files), "exec: \"/x/y\": stat /x/y: no such file or directory");
  EXPECT_EQ(Process::refusal({"/etc/passwd"}, files), "exec: \"/etc/passwd\": permission denied");
  EXPECT_EQ(Process::refusal({"/bin/sh"}, files), "");
}

}  // namespace
}  // namespace leakrig
