#include "harness/analysis/openers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include "harness/core/go_names.h"

namespace leakrig {
namespace {

constexpr const char* kKind = "allocation";
constexpr std::string_view kArrow = " <- ";
constexpr std::string_view kBreak = " : ";
/// An http.Transport has 312 bytes in Go 1.19 and 392 in 1.26. What else a connection leaves behind in the subject's
/// own functions is smaller: the text of an address, a dialer (144 bytes), a closure.
constexpr std::int64_t kOfTransport = 288;

/// "main.(*pool).get (/src/pool.go:40)" as HeapProbe writes it.
std::optional<CodePlace> place_of(std::string_view text) {
  const auto open = text.find(" (");
  const auto colon = text.rfind(':');
  if (open == std::string_view::npos || colon == std::string_view::npos || colon < open ||
      !text.ends_with(')'))
    return std::nullopt;
  CodePlace place{std::string{text.substr(0, open)}, std::string{text.substr(open + 2, colon - open - 2)}, 0};
  std::from_chars(text.data() + colon + 1, text.data() + text.size() - 1, place.line);
  return place;
}

std::vector<CodePlace> chain_of(std::string_view text) {
  std::vector<CodePlace> chain;
  while (!text.empty()) {
    const auto arrow = text.find(kArrow);
    const auto frame = text.substr(0, arrow);
    if (auto place = place_of(frame)) chain.push_back(std::move(*place));
    text = arrow == std::string_view::npos ? std::string_view{} : text.substr(arrow + kArrow.size());
  }
  return chain;
}

/// What the groups had grown by at the last row at which they were counted.
const std::map<std::string, double>* last_growth(const std::vector<Sample>& samples) {
  for (auto sample = samples.rbegin(); sample != samples.rend(); ++sample) {
    const auto found = sample->groups.find(kKind);
    if (found != sample->groups.end() && sample->due_s > 0) return &found->second;
  }
  return nullptr;
}

/// Whether an object of Go's library is made for its caller, not on the way of a request.
bool makes(const std::string& leaf) {
  return !is_standard_library(leaf) || leaf.ends_with(").Clone");
}

/// Outer functions that two chains share: who makes a client for a request has the request's caller above it.
std::size_t shared_callers(const Opener& a, const Opener& b) {
  return static_cast<std::size_t>(std::count_if(a.chain.begin(), a.chain.end(), [&](const CodePlace& place) {
    return std::any_of(b.chain.begin(), b.chain.end(),
                       [&](const CodePlace& other) { return other.function == place.function; });
  }));
}

void sort_openers(std::vector<Opener>& openers, Stays what) {
  const auto by = [&](auto rank) {
    std::stable_sort(openers.begin(), openers.end(),
                     [&](const Opener& a, const Opener& b) { return rank(a) > rank(b); });
  };
  if (what == Stays::other) return by([](const Opener& opener) { return opener.makes + opener.uses; });
  by([](const Opener& opener) { return std::pair{!opener.for_request, opener.uses}; });
  if (what == Stays::requests || openers.empty()) return;
  const Opener asker = openers.front();
  // A line that asks may leave something of its own behind, as the URL that it put together: who makes a
  // client and asks for nothing on that line comes before it.
  by([&](const Opener& opener) {
    const std::size_t shared = asker.uses > 0 ? shared_callers(opener, asker) : 0;
    return std::tuple{opener.makes_client && opener.uses == 0,
                      !opener.for_request,
                      opener.makes_client,
                      opener.uses > 0,
                      shared,
                      opener.makes};
  });
}

/// "CHAIN : LEAF : 416 B : for a request" as HeapProbe writes it; records of before have chain and leaf alone.
struct Allocation {
  std::string chain;
  std::string leaf;
  std::int64_t bytes = 0;  ///< of each object; 0 where not told
  bool for_request = false;
};

std::optional<Allocation> allocation_of(std::string_view label) {
  const auto next = [&label] {
    const auto end = label.find(kBreak);
    const auto part = label.substr(0, end);
    label = end == std::string_view::npos ? std::string_view{} : label.substr(end + kBreak.size());
    return part;
  };
  Allocation allocation{std::string{next()}, std::string{next()}, 0, false};
  if (allocation.leaf.empty()) return std::nullopt;
  while (!label.empty()) {
    const auto part = next();
    if (part == "for a request") allocation.for_request = true;
    if (part.ends_with(" B")) std::from_chars(part.data(), part.data() + part.size() - 2, allocation.bytes);
  }
  return allocation;
}

void take_in(const Allocation& allocation, double objects, double count, Opener& opener) {
  const bool first = opener.objects == 0;
  opener.for_request = (first || opener.for_request) && allocation.for_request;
  if (makes(allocation.leaf)) {
    ++opener.makes;
    opener.makes_client |= allocation.bytes == 0 || allocation.bytes >= kOfTransport;
  } else {
    ++opener.uses;
  }
  if (first || std::abs(objects - count) < std::abs(opener.objects - count)) {
    opener.objects = objects;
    opener.allocates = allocation.leaf;
  }
}

}  // namespace

std::vector<Opener> find_openers(const std::vector<Sample>& samples, double count, Stays what) {
  const auto* growth = last_growth(samples);
  if (growth == nullptr || count <= 0) return {};
  const double slack = std::max(2.0, 0.1 * count);
  std::map<std::string, Opener, std::less<>> by_chain;
  for (const auto& [label, objects] : *growth) {
    const auto allocation = allocation_of(label);
    if (allocation && std::abs(objects - count) <= slack)
      take_in(*allocation, objects, count, by_chain[allocation->chain]);
  }
  std::vector<Opener> openers;
  for (auto& [text, opener] : by_chain) {
    opener.chain = chain_of(text);
    if (!opener.chain.empty()) openers.push_back(std::move(opener));
  }
  sort_openers(openers, what);
  return openers;
}

std::string chain_text(const Opener& opener) {
  std::string text;
  for (const auto& place : opener.chain) {
    text += fmt::format("{}{} ({}:{})", text.empty() ? "" : kArrow, place.function,
                        place.file.substr(place.file.rfind('/') + 1), place.line);
  }
  return text;
}

}  // namespace leakrig
