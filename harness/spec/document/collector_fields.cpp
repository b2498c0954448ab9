#include "harness/spec/document/json_fields.h"
#include "harness/spec/document/parts.h"

namespace leakrig {

using nlohmann::json;

void fields(Fields& f, TransportConfig& transport) {
  f.field("disable_keep_alives", transport.disable_keep_alives);
  f.field("max_conns_per_host", transport.max_conns_per_host);
  f.field("max_idle_conns", transport.max_idle_conns);
  f.field("max_idle_conns_per_host", transport.max_idle_conns_per_host);
  f.field("idle_conn_timeout", transport.idle_conn_timeout);
  f.field("response_header_timeout", transport.response_header_timeout);
}

void fields(Fields& f, DockerConfig& docker) {
  f.field("clients", docker.clients);
  f.word("checkout", docker.checkout, {{"shared", Checkout::shared}, {"exclusive", Checkout::exclusive}});
  f.field("close_temporary_clients", docker.close_temporary_clients);
  f.part("unused_transport", docker.unused_transport);
  f.word("network", docker.network, {{"unix", Network::unix_socket}, {"tcp", Network::tcp}});
  f.part("transport", docker.transport);
  f.field("health_check_every", docker.health_check_every);
}

void fields(Fields& f, LokiConfig& loki) {
  f.field("enabled", loki.enabled);
  f.part("transport", loki.transport);
  f.field("batch_wait", loki.batch_wait);
  f.field("batch_lines", loki.batch_lines);
  f.field("client_per_push", loki.client_per_push);
}

void fields(Fields& f, StreamLimit& limit) {
  f.field("max", limit.max);
  f.word("at_limit", limit.at_limit,
         {{"refuse", StreamLimit::AtLimit::refuse}, {"evict_oldest", StreamLimit::AtLimit::evict_oldest}});
}

void fields(Fields& f, ContainerMonitorConfig& monitor) {
  f.field("enabled", monitor.enabled);
  f.field("follow", monitor.follow);
  f.field("discover_every", monitor.discover_every);
  f.field("heartbeat_every", monitor.heartbeat_every);
  f.field("reopen_every", monitor.reopen_every);
  f.field("close_on_reopen", monitor.close_on_reopen);
  f.field("cancel_on_stop", monitor.cancel_on_stop);
  f.field("retry_backoff", monitor.retry_backoff);
  f.field("poll_every", monitor.poll_every);
  f.part("stream_limit", monitor.stream_limit);
  f.field("rotate_every", monitor.rotate_every);
  f.field("rotate_awaits_heartbeat", monitor.rotate_awaits_heartbeat);
  f.field("stream_idle_timeout", monitor.stream_idle_timeout);
}

void fields(Fields& f, DefectConfig& defect) {
  f.field("planted", defect.planted);
  f.field("every", defect.every);
}

void fields(Fields& f, CollectorConfig& collector) {
  f.part("docker", collector.docker);
  f.part("loki", collector.loki);
  f.part("container_monitor", collector.container_monitor);
  f.field("background_threads", collector.background_threads);
  f.field("planted_leak_per_min", collector.planted_leak_per_min);
}

CollectorConfig collector_of(const json& object, const std::string& pointer) {
  CollectorConfig collector;
  read_into(collector, object, pointer);
  if (!object.contains("defects")) return collector;
  for (const auto& [name, options] : object.at("defects").items()) {
    auto& defect = collector.defects.emplace_back();
    defect.name = name;
    read_into(defect, options, pointer + "/defects/" + name);
  }
  return collector;
}

json json_of(const CollectorConfig& collector) {
  json object = written(collector);
  object["defects"] = json::object();
  for (const auto& defect : collector.defects) object["defects"][defect.name] = written(defect);
  return object;
}

}  // namespace leakrig
