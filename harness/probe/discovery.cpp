#include "harness/probe/discovery.h"

#include <algorithm>
#include <array>

#include "harness/core/error.h"
#include "harness/probe/http_fetch.h"
#include "harness/probe/metrics_text.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostAddresses = 16;
/// Enough to tell what a page is; a long one is cut, and then it is looked at all the same.
constexpr std::size_t kPageLimit = std::size_t{8} << 20U;

bool is_pprof(const std::string& body) {
  return body.starts_with("goroutine profile:");
}

bool is_metrics(const std::string& body) {
  std::size_t series = 0;
  try {
    parse_metrics(body, [&](const MetricSeries&) { ++series; });
  } catch (const Error&) {
    return false;
  }
  return series > 0;
}

bool is_expvar(const std::string& body) {
  return body.starts_with('{') && body.find("\"memstats\"") != std::string::npos;
}

bool is_node(const std::string& body) {
  return body.find("node.js/") != std::string::npos;
}

struct Page {
  ServedEndpoint::Kind kind;
  const char* path;
  const char* base;  ///< what the probe of that kind is given
  bool (*recognise)(const std::string& body);
};

constexpr std::array kPages{
    Page{ServedEndpoint::Kind::pprof, "/debug/pprof/goroutine?debug=1", "", is_pprof},
    Page{ServedEndpoint::Kind::metrics, "/metrics", "/metrics", is_metrics},
    Page{ServedEndpoint::Kind::expvar, "/debug/vars", "/debug/vars", is_expvar},
    Page{ServedEndpoint::Kind::node_inspector, "/json/version", "", is_node},
};

/// An address that can be connected to: one that is bound to all is reached over loopback.
ListeningAddress reachable(const ListeningAddress& listener) {
  return {listener.host == "0.0.0.0" || listener.host == "::" ? "127.0.0.1" : listener.host, listener.port};
}

std::string url_of(const ListeningAddress& listener) {
  return "http://" + reachable(listener).text();
}

}  // namespace

const char* describe(ServedEndpoint::Kind kind) {
  switch (kind) {
    case ServedEndpoint::Kind::pprof:
      return "Go's pprof";
    case ServedEndpoint::Kind::metrics:
      return "a metrics page";
    case ServedEndpoint::Kind::expvar:
      return "Go's expvar";
    case ServedEndpoint::Kind::node_inspector:
      break;
  }
  return "Node's inspector";
}

const ServedEndpoint* Discovery::first(ServedEndpoint::Kind kind) const {
  const auto found = std::find_if(endpoints.begin(), endpoints.end(),
                                  [&](const ServedEndpoint& endpoint) { return endpoint.kind == kind; });
  return found == endpoints.end() ? nullptr : &*found;
}

Discovery discover(const std::vector<pid_t>& tree, Nanos timeout) {
  Discovery discovery;
  discovery.listeners = listeners_of(tree);
  for (std::size_t i = 0; i < std::min(discovery.listeners.size(), kMostAddresses); ++i) {
    const std::string url = url_of(discovery.listeners[i]);
    HttpFetcher fetcher(*parse_http_url(url), {timeout, kPageLimit});
    bool serves_none = true;
    for (const auto& page : kPages) {
      const auto answer = fetcher.get(page.path);
      if (answer.status == 0) break;  // it does not speak HTTP, or not in time
      if (!answer.ok || !page.recognise(answer.body)) continue;
      discovery.endpoints.push_back({page.kind, url + page.base});
      serves_none = false;
    }
    if (serves_none && discovery.service_url.empty()) discovery.service_url = url;
  }
  if (discovery.service_url.empty() && !discovery.listeners.empty())
    discovery.service_url = url_of(discovery.listeners.front());
  return discovery;
}

}  // namespace leakrig
