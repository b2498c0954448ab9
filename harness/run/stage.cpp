#include "harness/run/stage.h"

#include "harness/run/run_plan.h"

namespace leakrig {
namespace {

bool is_over_tcp(const Variant& variant) {
  const auto* collector = variant.subject.collector();
  return collector != nullptr && collector->docker.network == Network::tcp;
}

/// A port for each kind of sink that the subject is told of; Loki's where it is told of none.
FakeSinkOptions sink_options(const SubjectSpec& subject) {
  FakeSinkOptions options;
  options.ports.clear();
  for (const auto& kind : subject.sinks_asked_for()) options.ports.push_back({kind, 0});
  if (options.ports.empty()) options.ports.emplace_back();
  return options;
}

std::map<std::string, std::string> sink_addresses(const FakeSink& sink) {
  std::map<std::string, std::string> values;
  for (const auto& kind : sink.kinds()) {
    values["sink_url:" + kind] = sink.url(kind);
    values["sink_address:" + kind] = sink.address(kind);
    if (kind == "loki") values["loki_url"] = sink.url(kind);
  }
  return values;
}

}  // namespace

Stage::Stage(const Variant& variant, LedgerSink& ledger, Guardian& guardian)
    : runtime_(guardian),
      clock_(system_, variant.sampling.time_scale),
      docker_(docker_options(variant), variant.fleet, clock_, ledger),
      sink_(sink_options(variant.subject), clock_, ledger) {}

FakeDockerOptions Stage::docker_options(const Variant& variant) const {
  FakeDockerOptions options;
  options.socket = socket();
  if (is_over_tcp(variant)) options.listen = "127.0.0.1:0";
  options.faults = variant.faults;
  options.fault_origin.reset();  // T+0, once it is known
  return options;
}

SubjectSurroundings Stage::surroundings(const Variant& variant,
                                        const std::filesystem::path& run_directory) const {
  return {is_over_tcp(variant) ? "tcp://" + docker_.tcp_address() : docker_.docker_host(),
          socket().string(),
          sink_addresses(sink_),
          runtime_.path(),
          std::filesystem::absolute(run_directory),
          file_stem(variant),
          variant.sampling.time_scale};
}

Delivery Stage::settled_delivery(const std::map<std::string, SequenceRange>& written, Nanos patience, Nanos every,
                                 EventWaiter& waiter) {
  const Nanos deadline = system_.monotonic() + patience;
  Delivery delivery = sink_.delivery(written);
  while (delivery.lines_lost > 0 && delivery.lines_delivered > 0 && system_.monotonic() < deadline) {
    if (!waiter.wait_until(system_.monotonic() + every)) break;
    delivery = sink_.delivery(written);
  }
  return delivery;
}

}  // namespace leakrig
