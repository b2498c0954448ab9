#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/cli/command.h"
#include "harness/cli/file_ledger.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/tls_options.h"
#include "harness/core/error.h"
#include "harness/core/say.h"
#include "harness/fake_docker/fake_docker.h"
#include "harness/spec/load_scenario.h"
#include "harness/spec/scenario_files.h"

namespace leakrig {
namespace {

struct DaemonOptions {
  std::string socket;
  std::string listen;
  TlsArguments tls;
  std::string scenario;
  std::size_t containers = 8;
  double lines_per_s = 2;
  std::size_t bytes = 120;
  std::size_t history = 10;
  bool tty = false;
  std::uint64_t seed = 1;
  double time_scale = 1;
  std::string engine = "27.5";
  bool listen_ports = false;
  std::string min_api;
  std::string max_api;
  std::string ledger;
  bool control = false;
  bool json = false;
  bool quiet = false;
};

struct Served {
  FleetConfig fleet;
  std::vector<FaultConfig> faults;
};

Served served(const DaemonOptions& options) {
  if (!options.scenario.empty()) {
    const ScenarioSpec scenario = load_scenario(find_scenario(options.scenario));
    return {scenario.fleet, scenario.faults};
  }
  FleetConfig fleet;
  fleet.containers = options.containers;
  fleet.seed = options.seed;
  fleet.logs.lines_per_s = options.lines_per_s;
  fleet.logs.bytes = options.bytes;
  fleet.logs.history = options.history;
  fleet.logs.tty = options.tty;
  return {fleet, {}};
}

ExitCode serve(const DaemonOptions& options) {
  if (options.socket.empty() && options.listen.empty() && !options.tls.make_certs.empty()) {
    make_certificates_and_say(options.tls, "leakrig fake-docker --listen 127.0.0.1:2376");
    say(stdout, "use:   DOCKER_HOST=tcp://127.0.0.1:2376 DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH={} docker version\n",
        std::filesystem::absolute(options.tls.make_certs).lexically_normal().native());
    return ExitCode::ok;
  }
  if (options.socket.empty() && options.listen.empty())
    throw UsageError("fake-docker: give --socket PATH, --listen HOST:PORT, or both");
  const auto tls = tls_files_of("fake-docker", options.tls);
  Served content = served(options);
  Interrupt interrupt;
  const SystemClock system;
  const ScenarioClock clock(system, options.time_scale);
  FileLedger ledger(options.ledger);
  FakeDockerOptions daemon;
  daemon.socket = options.socket;
  daemon.listen = options.listen;
  daemon.tls = tls;
  daemon.engine = options.engine;
  daemon.listen_ports = options.listen_ports;
  if (!options.min_api.empty()) daemon.min_api = options.min_api;
  if (!options.max_api.empty()) daemon.max_api = options.max_api;
  daemon.control = options.control;
  daemon.faults = std::move(content.faults);
  FakeDocker docker(daemon, content.fleet, clock, ledger);
  if (options.json) {
    say(stdout, "{}\n",
        nlohmann::json{{"ready", docker.docker_host()}, {"tcp", docker.tcp_address()}}.dump());
  } else {
    say(stdout, "ready {}\n", docker.docker_host());
    if (!options.socket.empty() && !options.listen.empty() && !options.quiet)
      say(stdout, "also tcp://{}\n", docker.tcp_address());
  }
  std::fflush(stdout);
  interrupt.wait();
  return ledger.failed() ? ExitCode::failed : ExitCode::ok;
}

}  // namespace

std::function<ExitCode()> add_fake_docker(CLI::App& app) {
  app.footer(
      "Example:\n  leakrig fake-docker --socket /tmp/docker.sock --containers 3 &\n  "
      "DOCKER_HOST=unix:///tmp/docker.sock docker logs -f web-1");
  auto options = std::make_shared<DaemonOptions>();
  app.add_option("--socket", options->socket, "Unix socket to serve on (mode 0600)");
  app.add_option("--listen", options->listen,
                 "TCP address to serve on, e.g. 127.0.0.1:2375 (port 0: any); loopback only, but for --tlsverify");
  add_tls_options(app, options->tls);
  auto* scenario = app.add_option("--scenario", options->scenario, "Take the fleet of this scenario");
  app.add_option("--containers", options->containers, "Containers")
      ->check(CLI::Range(0, 20000))
      ->default_val(8)
      ->excludes(scenario);
  app.add_option("--lines-per-s", options->lines_per_s, "Log lines a second, each container")
      ->check(CLI::Range(0.0, 10000.0))
      ->default_val(2)
      ->excludes(scenario);
  app.add_option("--bytes", options->bytes, "Length of a line")
      ->check(CLI::Range(48, 65536))
      ->default_val(120)
      ->excludes(scenario);
  app.add_option("--history", options->history, "Lines written before the start")
      ->check(CLI::Range(0, 1000000))
      ->default_val(10)
      ->excludes(scenario);
  app.add_flag("--tty", options->tty, "Containers with a terminal: raw log streams")->excludes(scenario);
  app.add_option("--seed", options->seed, "Seed of names, ids and phases")
      ->default_val(1)
      ->excludes(scenario);
  app.add_option("--time-scale", options->time_scale, "Scenario seconds a wall second")
      ->check(CLI::Range(0.1, 600.0))
      ->default_val(1);
  app.add_option("--engine", options->engine, "Release to be: 20.10, 24, 27.5, 28 or 29")->capture_default_str();
  app.add_flag("--listen-ports", options->listen_ports, "Listen on what clients' containers publish: accept and close");
  app.add_option("--min-api", options->min_api, "Oldest API version to accept");
  app.add_option("--max-api", options->max_api, "Newest API version to accept");
  app.add_flag(
      "--control", options->control,
      "Also serve /leakrig/: GET ledger (what is open and what was closed, live), GET, PUT and DELETE "
      "faults, POST restart?down_for=2s");
  app.add_option("--ledger", options->ledger,
                 "Append every connection and request to this file, as JSON Lines");
  app.add_flag("--json", options->json, "Print the ready line as JSON");
  app.add_flag("-q,--quiet", options->quiet, "Print the ready line only");
  return [options] { return serve(*options); };
}

}  // namespace leakrig
