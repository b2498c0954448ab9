#include "harness/subject/command.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "harness/core/error.h"
#include "harness/core/fd.h"
#include "harness/subject/ready_check.h"

namespace leakrig {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

class CommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string path = fs::temp_directory_path() / "leakrig-subject-XXXXXX";
    directory = ::mkdtemp(path.data());
  }
  void TearDown() override { fs::remove_all(directory); }

  /// In the test's directory.
  CommandSpec shell(const std::string& script) const {
    CommandSpec spec;
    spec.argv = {"/bin/sh", "-c", script};
    spec.working_directory = directory;
    spec.output = directory / "subject.log";
    spec.grace = seconds{20};
    spec.ready.timeout = seconds{20};
    return spec;
  }
  CommandSpec python(const std::string& script) const {
    auto spec = shell({});
    spec.argv = {"python3", "-c", script};
    return spec;
  }
  static std::unique_ptr<Subject> started(const CommandSpec& spec, Guardian* guardian = nullptr) {
    auto result = start_command(spec, guardian, {});
    if (const auto* never = std::get_if<NeverReady>(&result))
      ADD_FAILURE() << never->reason << never->output_tail;
    if (const auto* died = std::get_if<DiedEarly>(&result)) ADD_FAILURE() << died->output_tail;
    return std::move(std::get<std::unique_ptr<Subject>>(result));
  }
  std::string read(const std::string& file) const {
    std::ifstream in{directory / file};
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  pid_t pid_in(const std::string& file) const { return std::stoi(read(file)); }

  fs::path directory;
};

/// Whether a process runs: one that has ended but was not collected yet does not.
bool runs(pid_t pid) {
  std::ifstream in{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  std::getline(in, text);
  const auto close = text.rfind(") ");
  return close != std::string::npos && text[close + 2] != 'Z';
}

/// Yields until it has ended; the test's time-out bounds it.
void await_end(pid_t pid) {
  while (runs(pid)) std::this_thread::yield();
}

std::uint16_t free_port() {
  const UniqueFd socket{::socket(AF_INET, SOCK_STREAM, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

TEST_F(CommandTest, StartsAtOnceWithoutAReadyCheck) {
  auto subject = started(shell("exec sleep 60"));
  EXPECT_TRUE(subject->alive());
  EXPECT_FALSE(subject->poll());
  const auto stopped = subject->stop();
  EXPECT_FALSE(stopped.had_ended);
  EXPECT_FALSE(stopped.killed);
  ASSERT_TRUE(stopped.status);
  EXPECT_EQ(stopped.status->signal, SIGTERM);
  EXPECT_FALSE(subject->alive());
}

TEST_F(CommandTest, IsReadyWhenItsOutputSaysSoEvenInPieces) {
  auto spec = shell(
      "printf 'booting\\nlistening on re'; sleep 0.1; echo 'ady' >&2; touch said; exec sleep 60");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "on ready";
  auto subject = started(spec);
  EXPECT_TRUE(subject->alive());
  EXPECT_EQ(read("subject.log"), "booting\nlistening on ready\n");
}

TEST_F(CommandTest, AnEarlierRunsOutputIsNotItsOwn) {
  std::ofstream{directory / "subject.log"} << "ready\n";
  auto spec = shell("echo going down; exit 3");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  const auto result = start_command(spec, nullptr, {});
  ASSERT_TRUE(std::holds_alternative<DiedEarly>(result));
  EXPECT_EQ(std::get<DiedEarly>(result).status.code, 3);
  EXPECT_EQ(std::get<DiedEarly>(result).output_tail, "going down\n");
}

TEST_F(CommandTest, IsReadyWhenItsPortAccepts) {
  const auto port = std::to_string(free_port());
  auto spec = python(
      "import socket, time; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, "
      "socket.SO_REUSEADDR, 1); s.bind(('127.0.0.1', " +
      port + ")); s.listen(); time.sleep(60)");
  spec.ready.kind = ReadyCheck::Kind::tcp_port;
  spec.ready.what = port;
  EXPECT_TRUE(started(spec)->alive());
}

constexpr const char* kHttpServer =
    "import http.server, sys\n"
    "asked = 0\n"
    "class Handler(http.server.BaseHTTPRequestHandler):\n"
    "    def do_GET(self):\n"
    "        global asked\n"
    "        asked += 1\n"
    "        self.send_response(204 if self.path == '/health' and asked > 2 else 503)\n"
    "        self.end_headers()\n"
    "http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()\n";

TEST_F(CommandTest, IsReadyWhenItsHttpPathAnswersWell) {
  const auto port = std::to_string(free_port());
  auto spec = python(kHttpServer);
  spec.argv.push_back(port);
  spec.ready.kind = ReadyCheck::Kind::http;
  spec.ready.what = "http://127.0.0.1:" + port + "/health";
  EXPECT_TRUE(started(spec)->alive());
  EXPECT_NE(read("subject.log").find("\"GET /health HTTP/1.1\" 503"), std::string::npos);
  EXPECT_NE(read("subject.log").find("\"GET /health HTTP/1.1\" 204"), std::string::npos);
}

TEST_F(CommandTest, AServerThatAcceptsAndNeverAnswersIsNeverReady) {
  const auto port = std::to_string(free_port());
  auto spec = python(
      "import socket, sys, time; s = socket.socket(); s.bind(('127.0.0.1', int(sys.argv[1]))); "
      "s.listen(); time.sleep(60)");
  spec.argv.push_back(port);
  spec.ready.kind = ReadyCheck::Kind::http;
  spec.ready.what = "http://127.0.0.1:" + port;
  spec.ready.timeout = milliseconds{500};
  const auto result = start_command(spec, nullptr, {});
  EXPECT_TRUE(std::holds_alternative<NeverReady>(result));
}

TEST_F(CommandTest, NeverReadyTellsWhatWasAwaitedAndItsLastOutput) {
  auto spec = shell("echo $$ > pid; echo cannot reach the daemon; exec sleep 60");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  spec.ready.timeout = milliseconds{300};
  const auto result = start_command(spec, nullptr, {});
  ASSERT_TRUE(std::holds_alternative<NeverReady>(result));
  EXPECT_EQ(std::get<NeverReady>(result).reason,
            "not ready within 300 ms: waited for \"ready\" in its output");
  EXPECT_EQ(std::get<NeverReady>(result).output_tail, "cannot reach the daemon\n");
  EXPECT_FALSE(runs(pid_in("pid")));
}

TEST_F(CommandTest, AnEarlyDeathEndsTheWaitWithoutTheTimeOut) {
  auto spec = shell("kill -SEGV $$");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  spec.ready.timeout = std::chrono::hours{1};  // the test's own time-out is far shorter
  const auto result = start_command(spec, nullptr, {});
  ASSERT_TRUE(std::holds_alternative<DiedEarly>(result));
  EXPECT_EQ(std::get<DiedEarly>(result).status.signal, SIGSEGV);
}

TEST_F(CommandTest, TheWaitEndsWhenItIsStopped) {
  auto spec = shell("echo $$ > pid; exec sleep 60");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  spec.ready.timeout = std::chrono::hours{1};
  std::stop_source source;
  const std::jthread stopper{[&] {
    while (read("pid").find('\n') == std::string::npos) std::this_thread::yield();
    source.request_stop();
  }};
  const auto result = start_command(spec, nullptr, source.get_token());
  EXPECT_TRUE(std::holds_alternative<StartInterrupted>(result));
  EXPECT_FALSE(runs(pid_in("pid")));
}

TEST_F(CommandTest, OneThatIgnoresTheStopSignalIsKilled) {
  auto spec = shell("trap '' TERM; echo ready; while :; do sleep 60; done");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  spec.grace = milliseconds{200};
  const auto stopped = started(spec)->stop();
  EXPECT_TRUE(stopped.killed);
  ASSERT_TRUE(stopped.status);
  EXPECT_EQ(stopped.status->signal, SIGKILL);
}

TEST_F(CommandTest, TheStopSignalCanBeChosenAndTheExitCodeIsKept) {
  auto spec = shell("trap 'exit 7' INT; echo ready; while :; do sleep 0.01; done");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  spec.stop_signal = SIGINT;
  const auto stopped = started(spec)->stop();
  EXPECT_FALSE(stopped.killed);
  ASSERT_TRUE(stopped.status);
  EXPECT_EQ(stopped.status->code, 7);
}

TEST_F(CommandTest, ItsGrandchildrenGoWithIt) {
  auto spec =
      shell("sh -c 'trap \"\" TERM; echo $$ > grandchild; echo ready; sleep 60 & wait' & sleep 60");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  auto subject = started(spec);
  const pid_t grandchild = pid_in("grandchild");
  EXPECT_TRUE(runs(grandchild));
  subject->stop();
  await_end(grandchild);
}

TEST_F(CommandTest, ACommandThatBecomesADaemonLivesOnInIt) {
  auto spec =
      shell("(setsid sh -c 'echo $$ > daemon; echo ready; exec sleep 60' &) & wait; exit 0");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  auto subject = started(spec);
  EXPECT_TRUE(subject->alive());
  const pid_t daemon = pid_in("daemon");
  const auto stopped = subject->stop();
  EXPECT_FALSE(stopped.had_ended);
  EXPECT_FALSE(stopped.left_killed) << "it ended when asked to";
  EXPECT_FALSE(runs(daemon));
}

TEST_F(CommandTest, WhatACrashLeavesRunningIsNotASubject) {
  auto spec = shell("setsid sleep 60 & echo ready; exit 3");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "never";
  const auto result = start_command(spec, nullptr, {});
  ASSERT_TRUE(std::holds_alternative<DiedEarly>(result));
  EXPECT_EQ(std::get<DiedEarly>(result).status.code, 3);
}

TEST_F(CommandTest, OneThatDoesNotStopLeavesItsDump) {
  auto spec = python(
      "import faulthandler, signal, time\n"
      "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
      "faulthandler.register(signal.SIGQUIT)\n"
      "def stuck():\n"
      "    print('ready', flush=True)\n"
      "    while True: time.sleep(60)\n"
      "stuck()\n");
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  spec.grace = milliseconds{100};
  const auto stopped = started(spec)->stop();
  EXPECT_TRUE(stopped.killed);
  EXPECT_NE(read("subject.log").find("in stuck"), std::string::npos) << read("subject.log");
}

TEST_F(CommandTest, ADeathDuringTheRunIsSeen) {
  auto spec = shell("echo ready; read line < fifo; exit 9");
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  auto subject = started(spec);
  EXPECT_TRUE(subject->alive());
  std::ofstream{directory / "fifo"} << "die\n";
  while (subject->alive()) std::this_thread::yield();
  EXPECT_EQ(subject->poll()->code, 9);
  const auto stopped = subject->stop();
  EXPECT_TRUE(stopped.had_ended);
  EXPECT_FALSE(stopped.killed);
}

TEST_F(CommandTest, DestroyingItEndsIt) {
  pid_t pid = 0;
  {
    auto subject = started(shell("trap '' TERM; while :; do sleep 60; done"));
    pid = subject->pid();
    EXPECT_TRUE(runs(pid));
  }
  EXPECT_FALSE(runs(pid));
}

TEST_F(CommandTest, HasItsArgumentsEnvironmentAndDirectory) {
  auto spec = shell("echo \"$DOCKER_HOST $1 {braces}\"; pwd");
  spec.argv.insert(spec.argv.end(), {"name", "--docker={docker_host}"});
  spec.env["DOCKER_HOST"] = "unix:///x.sock";
  auto subject = started(spec);
  while (subject->alive()) std::this_thread::yield();
  EXPECT_EQ(read("subject.log"),
            "unix:///x.sock --docker={docker_host} {braces}\n" + fs::canonical(directory).string() + "\n");
}

TEST_F(CommandTest, AProgramThatIsNotThereIsNamed) {
  auto spec = shell("");
  spec.argv = {"./no-such-collector"};
  try {
    start_command(spec, nullptr, {});
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "cannot start ./no-such-collector: No such file or directory");
  }
}

TEST_F(CommandTest, APortThatIsTakenAlreadyCannotTell) {
  const UniqueFd listener{::socket(AF_INET, SOCK_STREAM, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener.get(), 8), 0);
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length);
  auto spec = shell("touch started; exec sleep 60");
  spec.ready.kind = ReadyCheck::Kind::tcp_port;
  spec.ready.what = std::to_string(ntohs(address.sin_port));
  EXPECT_THROW(start_command(spec, nullptr, {}), Error);
  EXPECT_FALSE(fs::exists(directory / "started"));
}

TEST_F(CommandTest, AReadyCheckThatCannotTellIsRefused) {
  for (const char* port : {"", "0", "65536", "80x", "http"}) {
    auto spec = shell("exec sleep 60");
    spec.ready.kind = ReadyCheck::Kind::tcp_port;
    spec.ready.what = port;
    EXPECT_THROW(start_command(spec, nullptr, {}), Error) << port;
  }
  for (const char* url :
       {"", "http://", "ftp://x", "localhost:80", "http:///path", "http://127.0.0.1:99999/"}) {
    auto spec = shell("exec sleep 60");
    spec.ready.kind = ReadyCheck::Kind::http;
    spec.ready.what = url;
    EXPECT_THROW(start_command(spec, nullptr, {}), Error) << url;
  }
  auto spec = shell("echo ready; exec sleep 60");
  spec.output.clear();
  spec.ready.kind = ReadyCheck::Kind::output_line;
  spec.ready.what = "ready";
  EXPECT_THROW(start_command(spec, nullptr, {}), Error);
}

TEST(LastLines, AreThreeInOneWithoutBlankOnes) {
  EXPECT_EQ(last_lines_of("one\ntwo\n\n three\nfour \n\n"), "two /  three / four");
  EXPECT_EQ(last_lines_of("only"), "only");
  EXPECT_EQ(last_lines_of(" \n\n"), "");
  EXPECT_EQ(last_lines_of(""), "");
}

TEST_F(CommandTest, TheTailOfALongOutputBeginsWithALine) {
  std::ofstream file{directory / "long"};
  for (int i = 100000; i < 102000; ++i) file << "line " << i << "\n";
  file.close();
  const auto tail = tail_of(directory / "long", 0, 100);
  EXPECT_TRUE(tail.starts_with("line 10199")) << tail;
  EXPECT_TRUE(tail.ends_with("line 101999\n"));
  EXPECT_LE(tail.size(), 100U);
  EXPECT_EQ(tail_of(directory / "absent", 0), "");
}

}  // namespace
}  // namespace leakrig
