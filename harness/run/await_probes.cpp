#include "harness/run/await_probes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <functional>
#include <vector>

#include "harness/core/http_url.h"
#include "harness/core/units.h"
#include "harness/probe/http_fetch.h"
#include "harness/probe/listeners.h"
#include "harness/probe/pprof_url.h"
#include "harness/probe/waiter.h"

namespace leakrig {
namespace {

constexpr Nanos kLookForProbes = std::chrono::milliseconds{50};

struct AskedPage {
  std::string what;     ///< "Go's pprof"
  std::string address;  ///< as the scenario has it, without a login
  HttpUrl url;          ///< of a page that tells
  std::function<bool(const std::string& body)> recognise;
};

std::vector<AskedPage> asked_pages(const ProbesSpec& probes) {
  std::vector<AskedPage> pages;
  if (!probes.pprof.empty()) {
    HttpUrl url = profiles_url(probes.pprof);
    url.path += "goroutine?debug=1";
    pages.push_back({"Go's pprof", without_logins(probes.pprof), std::move(url),
                     [](const std::string& body) { return body.starts_with("goroutine profile:"); }});
  }
  if (probes.metrics) {
    if (auto url = parse_subject_url(probes.metrics->url)) {
      add_login(*url, netrc_text());
      pages.push_back({"the metrics page", without_logins(probes.metrics->url), *url, [](const std::string&) { return true; }});
    }
  }
  return pages;
}

/// Another process's port is never the subject's; one that nobody has may become it.
struct AddressProblem {
  bool final = false;
  std::string text;
};

std::string where_it_listens(const std::vector<pid_t>& tree) {
  std::vector<std::string> addresses;
  for (const auto& listener : listeners_of(tree)) addresses.push_back(listener.text());
  if (addresses.empty()) return "the subject listens on no TCP port";
  return fmt::format("the subject listens on {}", fmt::join(addresses, ", "));
}

std::optional<AddressProblem> problem_of_answer(const AskedPage& page) {
  const auto answer = HttpFetcher(page.url).get();
  if (!answer.ok) return AddressProblem{false, fmt::format("{}: {}", page.what, answer.problem)};
  if (page.recognise(answer.body)) return std::nullopt;
  return AddressProblem{false, fmt::format("{} was asked for at {}, and what is served there is something else",
                                           page.what, page.address)};
}

std::optional<AddressProblem> problem_of(const AskedPage& page, const std::vector<pid_t>& tree) {
  if (!page.url.socket.empty()) return problem_of_answer(page);
  const auto owner = owner_of_listener(page.url.host, page.url.port, tree);
  const auto foreign = [&](const std::string& whose) {
    return AddressProblem{true, fmt::format("{} was asked for at {}, but there listens {}; {}", page.what, page.address,
                                            whose, where_it_listens(tree))};
  };
  switch (owner.kind) {
    case ListenerOwner::Kind::other:
      return foreign(fmt::format("another program, {} (process {})", owner.name, owner.pid));
    case ListenerOwner::Kind::hidden:
      return foreign("another user's process");
    case ListenerOwner::Kind::nobody:
      return AddressProblem{false, fmt::format("{} was asked for at {}, where nothing listens; {}", page.what,
                                               page.address, where_it_listens(tree))};
    case ListenerOwner::Kind::subject:
    case ListenerOwner::Kind::remote:
      break;
  }
  return problem_of_answer(page);
}

bool shares_our_network(pid_t pid) {
  std::error_code unknown;
  const auto ours = std::filesystem::read_symlink("/proc/self/ns/net", unknown);
  const auto its = std::filesystem::read_symlink(fmt::format("/proc/{}/ns/net", pid), unknown);
  return !unknown && ours == its;
}

}  // namespace

std::optional<std::string> await_probes(const SubjectSpec& prepared, Subject& subject, const std::stop_token& stop,
                                        Nanos longest) {
  auto pages = asked_pages(prepared.probes);
  if (pages.empty() || !shares_our_network(subject.pid())) return std::nullopt;
  const SystemClock clock;
  const Nanos deadline = clock.monotonic() + longest;
  EventWaiter waiter;
  const std::stop_callback wake(stop, [&] { waiter.stop(); });
  while (true) {
    if (!subject.alive()) return std::nullopt;
    const auto tree = tree_of(subject.tree_root());
    std::optional<AddressProblem> problem;
    for (const auto& page : pages) {
      problem = problem_of(page, tree);
      if (problem) break;
    }
    if (!problem) return std::nullopt;
    if (problem->final) return problem->text;
    if (clock.monotonic() >= deadline)
      return fmt::format("{} (waited for {})", problem->text, humanize_duration(longest));
    if (!waiter.wait_until(clock.monotonic() + kLookForProbes)) return std::nullopt;
  }
}

}  // namespace leakrig
