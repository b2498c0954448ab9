#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "harness/run/subject_start.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

SubjectSurroundings surroundings(const std::filesystem::path& runtime) {
  SubjectSurroundings around;
  around.docker_host = "unix:///d.sock";
  around.docker_socket = "/d.sock";
  around.sinks = {{"loki_url", "http://127.0.0.1:9"}, {"sink_address:syslog", "127.0.0.1:8"}};
  around.runtime = runtime;
  around.run_directory = "/runs/a";
  return around;
}

TEST(PrepareSubject, FillsInEveryText) {
  const TemporaryDirectory directory;
  CommandConfig command;
  command.argv = {"./x", "--config={file:etc/c.yaml}", "{{docker_host}}", "--state", "{state_dir}"};
  command.env = {{"DOCKER_HOST", "{docker_host}"}};
  command.files = {{"etc/c.yaml", "loki: {loki_url}\nsyslog: {sink_address:syslog}\nsocket: {docker_socket}\nport: {port:http}\n"}};
  command.reset = {"rm", "-rf", "{state_dir}/old"};
  command.working_directory = "{run_dir}";
  command.ready.port = "{port:http}";
  SubjectSpec subject;
  subject.what = command;
  subject.probes.pprof = "http://127.0.0.1:{port:pprof}";
  const SubjectSpec prepared = prepare_subject(subject, surroundings(directory.path()));

  const CommandConfig& made = *prepared.command();
  const auto file = directory.path() / "files/etc/c.yaml";
  const auto state = directory.path() / "state";
  EXPECT_EQ(made.argv, (std::vector<std::string>{"./x", "--config=" + file.string(), "{docker_host}", "--state",
                                                 state.string()}));
  EXPECT_EQ(made.env.at("DOCKER_HOST"), "unix:///d.sock");
  EXPECT_EQ(made.reset.back(), state.string() + "/old");
  EXPECT_EQ(made.working_directory, "/runs/a");
  EXPECT_TRUE(std::filesystem::is_directory(state));
  const std::string port = made.ready.port;
  EXPECT_GT(std::stoi(port), 0);
  EXPECT_EQ(text_of(file), "loki: http://127.0.0.1:9\nsyslog: 127.0.0.1:8\nsocket: /d.sock\nport: " + port + "\n");
  EXPECT_NE(prepared.probes.pprof, "http://127.0.0.1:" + port) << "another name is another port";
  EXPECT_EQ(prepared.probes.pprof.find('{'), std::string::npos);
}

TEST(PrepareSubject, GivesAPortThatNoConnectionOfOthersIsGiven) {
  unsigned first = 0;
  unsigned last = 0;
  std::ifstream{"/proc/sys/net/ipv4/ip_local_port_range"} >> first >> last;
  if (first < 21000 && last > 64000) GTEST_SKIP() << "the kernel leaves no ports over";
  const TemporaryDirectory directory;
  CommandConfig command;
  command.argv = {"{port:pprof}"};
  SubjectSpec subject;
  subject.what = command;
  const auto port = std::stoul(prepare_subject(subject, surroundings(directory.path())).command()->argv[0]);
  EXPECT_TRUE(port < first || port > last) << port;
}

TEST(PrepareSubject, LeavesACollectorAlone) {
  const TemporaryDirectory directory;
  SubjectSpec subject;
  subject.what = CollectorConfig{};
  EXPECT_NE(prepare_subject(subject, surroundings(directory.path())).collector(), nullptr);
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "state"));
}

}  // namespace
}  // namespace leakrig
