#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/cli/command.h"
#include "harness/cli/file_ledger.h"
#include "harness/cli/interrupt.h"
#include "harness/core/error.h"
#include "harness/core/say.h"
#include "harness/core/sink_kinds.h"
#include "harness/core/text_fields.h"
#include "harness/fake_sink/fake_sink.h"

namespace leakrig {
namespace {

struct FakeSinkArguments {
  std::vector<std::string> kinds;
  std::string fault;
  std::string ledger;
  bool json = false;
  bool quiet = false;
};

/// "loki", or "loki=3100".
SinkPort sink_port(const std::string& text) {
  const auto equals = text.find('=');
  SinkPort port{text.substr(0, equals), 0};
  const auto& kinds = sink_kinds();
  if (std::find(kinds.begin(), kinds.end(), port.kind) == kinds.end())
    throw UsageError(fmt::format("fake-sink: no kind {}; there are {}", port.kind, fmt::join(kinds, ", ")));
  if (equals == std::string::npos) return port;
  port.port = whole_number<int>(std::string_view{text}.substr(equals + 1)).value_or(0);
  if (port.port < 1 || port.port > 65535)
    throw UsageError(fmt::format("fake-sink: {}: a port is a number from 1 to 65535", text));
  return port;
}

FakeSinkOptions sink_options_of(const FakeSinkArguments& arguments) {
  FakeSinkOptions options;
  options.ports.clear();
  for (const auto& text : arguments.kinds.empty() ? sink_kinds() : arguments.kinds)
    options.ports.push_back(sink_port(text));
  return options;
}

void print_ready(const FakeSink& sink, bool as_json) {
  nlohmann::json urls = nlohmann::json::object();
  for (const auto& kind : sink.kinds()) {
    urls[kind] = sink.url(kind);
    if (!as_json) say(stdout, "ready {} {}\n", kind, sink.url(kind));
  }
  if (as_json) say(stdout, "{}\n", nlohmann::json{{"ready", urls}}.dump());
  std::fflush(stdout);
}

void print_seen(const FakeSink& sink, bool as_json) {
  nlohmann::json containers = nlohmann::json::object();
  std::uint64_t delivered = 0;
  for (const auto& one : sink.seen()) {
    const auto missing = one.end - one.first - one.delivered;
    delivered += one.delivered;
    containers[one.container] = {
        {"delivered", one.delivered}, {"duplicates", one.duplicates}, {"missing", missing}, {"first", one.first}};
    if (!as_json)
      say(stdout, "{}: {} lines, {} missing, {} twice\n", one.container, one.delivered, missing, one.duplicates);
  }
  if (as_json) {
    say(stdout, "{}\n", nlohmann::json{{"delivered", delivered}, {"containers", containers}}.dump());
  } else if (containers.empty()) {
    say(stdout, "no line of a fake container came\n");
  }
}

ExitCode serve_sink(const FakeSinkArguments& arguments) {
  const auto options = sink_options_of(arguments);
  std::optional<SinkFault> fault;
  if (!arguments.fault.empty()) fault = parse_sink_fault(arguments.fault);
  Interrupt interrupt;
  const SystemClock system;
  const ScenarioClock clock(system, 1);
  FileLedger ledger(arguments.ledger);
  FakeSink sink(options, clock, ledger);
  sink.set_fault(fault);
  print_ready(sink, arguments.json);
  interrupt.wait();
  if (!arguments.quiet) print_seen(sink, arguments.json);
  return ledger.failed() ? ExitCode::failed : ExitCode::ok;
}

}  // namespace

std::function<ExitCode()> add_fake_sink(CLI::App& app) {
  app.footer(
      "Example:\n  leakrig fake-sink loki=3100 elasticsearch=9200 &\n\nIt counts the lines of fake containers in "
      "whatever envelope and compression, and prints\nwhat came, went missing or came twice when it is ended "
      "(Ctrl-C, SIGTERM).");
  auto arguments = std::make_shared<FakeSinkArguments>();
  app.add_option("KIND", arguments->kinds,
                 fmt::format("KIND or KIND=PORT, any number; all on free ports if none is given: {}",
                             fmt::join(sink_kinds(), ", ")));
  app.add_option("--fault", arguments->fault,
                 "What goes wrong at each push: 429, 503, 429:5 (with Retry-After), slow:2s, silent, reset or away");
  app.add_option("--ledger", arguments->ledger, "Append every connection and request to this file, as JSON Lines");
  app.add_flag("--json", arguments->json, "Print the ready line and what came as JSON");
  app.add_flag("-q,--quiet", arguments->quiet, "Print the ready lines only");
  return [arguments] { return serve_sink(*arguments); };
}

}  // namespace leakrig
