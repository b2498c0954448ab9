#include "harness/probe/heap_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/go_names.h"
#include "harness/probe/goroutine_profile.h"
#include "harness/probe/group_labels.h"
#include "harness/probe/pprof_profile.h"
#include "harness/probe/pprof_url.h"

namespace leakrig {
namespace {

/// Frames of the subject that a chain shows; the outer ones are main and its like.
constexpr std::size_t kMostFrames = 4;
constexpr std::int64_t kFewestObjects = 2;

/// Whether a frame is of Go's HTTP client or transport, at work on a request.
bool serves_request(const GoFrame& frame) {
  return frame.function.starts_with("net/http.(*Client).") ||
         frame.function.starts_with("net/http.(*Transport).") || frame.function == "net/http.send";
}

/// "SITE <- CALLER : LEAF : 416 B", or nothing for a stack without a frame of the subject's own.
std::string label_of(const PprofSample& sample) {
  const auto& frames = sample.frames;
  std::string chain;
  std::size_t shown = 0;
  for (const auto& frame : frames) {
    if (!is_own_code(frame) || shown == kMostFrames) continue;
    chain += fmt::format("{}{} ({}:{})", shown == 0 ? "" : " <- ", frame.function, frame.file, frame.line);
    ++shown;
  }
  if (chain.empty()) return {};
  const auto leaf = std::find_if(frames.begin(), frames.end(), [](const GoFrame& frame) {
    return !frame.function.starts_with("runtime.");
  });
  chain += fmt::format(" : {}", (leaf == frames.end() ? frames.front() : *leaf).function);
  if (sample.bytes > 0) chain += fmt::format(" : {} B", sample.bytes);
  const auto site = std::find_if(frames.begin(), frames.end(), is_own_code);
  if (std::any_of(site, frames.end(), serves_request)) chain += " : for a request";
  return chain;
}

/// What changed enough, those that changed most first.
std::vector<std::pair<std::string, std::int64_t>> growth_since(const LiveObjects& first,
                                                               const LiveObjects& now) {
  std::vector<std::pair<std::string, std::int64_t>> changed;
  for (const auto& [label, count] : now) {
    const auto before = first.find(label);
    const auto growth = count - (before == first.end() ? 0 : before->second);
    if (std::abs(growth) >= kFewestObjects) changed.emplace_back(label, growth);
  }
  std::stable_sort(changed.begin(), changed.end(), [](const auto& a, const auto& b) {
    return std::abs(a.second) > std::abs(b.second);
  });
  return changed;
}

}  // namespace

LiveObjects parse_heap_profile(std::string_view bytes) try {
  const auto profile = parse_pprof(bytes);
  const auto type = std::find(profile.types.begin(), profile.types.end(), "inuse_objects");
  if (type == profile.types.end()) throw Error("it does not count objects in use");
  const auto value = static_cast<std::size_t>(std::distance(profile.types.begin(), type));
  LiveObjects objects;
  for (const auto& sample : profile.samples) {
    if (sample.values[value] == 0) continue;
    if (auto label = label_of(sample); !label.empty())
      objects[std::move(label)] += sample.values[value];
  }
  return objects;
} catch (const Error& error) {
  throw Error(std::string{"not a whole heap profile: "} + error.what());
}

HeapProbe::HeapProbe(const std::string& base, FetchLimits limits)
    : fetcher_(profiles_url(base), limits), path_(profiles_url(base).path + "heap?gc=1") {}

bool HeapProbe::read_row(ProbeValues&, Groups& groups) {
  const auto fetched = fetcher_.get(path_);
  problem_ = fetched.problem;
  if (!fetched.ok) return false;
  try {
    auto objects = parse_heap_profile(fetched.body);
    auto& grown = groups["allocation"];
    if (!std::exchange(has_first_, true)) {
      first_ = std::move(objects);
      return true;
    }
    GroupCounts counts;
    for (const auto& [label, growth] : growth_since(first_, objects))
      counts.add(label, static_cast<double>(growth));
    counts.add_to(grown);
    return true;
  } catch (const Error& error) {
    problem_ = error.what();
    return false;
  }
}

}  // namespace leakrig
