#include "harness/probe/goroutine_probe.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"
#include "harness/core/sample.h"
#include "harness/probe/goroutine_profile.h"
#include "harness/probe/group_labels.h"
#include "harness/probe/pprof_url.h"

namespace leakrig {
namespace {

using Form = GoroutineProbe::Form;

const char* name_of(Form form) {
  switch (form) {
    case Form::counts:
      return "goroutine?debug=1";
    case Form::stacks:
      return "goroutine?debug=2";
    case Form::protobuf:
      break;
  }
  return "goroutine";
}

GoroutineProfile parse(const std::string& body, Form form) {
  switch (form) {
    case Form::counts:
      return parse_goroutine_counts(body);
    case Form::stacks:
      return parse_goroutine_stacks(body);
    case Form::protobuf:
      break;
  }
  return parse_goroutine_protobuf(body);
}

void add_groups(const GoroutineProfile& profile, std::map<std::string, double>& groups) {
  GroupCounts counts;
  for (const auto& stack : profile.stacks) counts.add(stack_label(stack), static_cast<double>(stack.count));
  counts.add_to(groups);
}

/// The kind "goroutine_wait": whole minutes for which the longest of a group has been blocked.
void add_waits(const GoroutineProfile& profile, Groups& groups) {
  std::map<std::string, double> longest;
  for (const auto& stack : profile.stacks) {
    if (stack.waited_min == 0) continue;
    auto& minutes = longest[stack_label(stack)];
    minutes = std::max(minutes, static_cast<double>(stack.waited_min));
  }
  if (!longest.empty()) groups["goroutine_wait"] = std::move(longest);
}

}  // namespace

GoroutineProbe::GoroutineProbe(const std::string& base, GoroutineProbeOptions options)
    : form_(options.form),
      leak_profile_(options.leak_profile),
      directory_(profiles_url(base).path),
      fetcher_(profiles_url(base), options.limits) {}

bool GoroutineProbe::read(ProbeValues& values) {
  return read_profile(form_ == Form::stacks ? Form::counts : form_, values, nullptr);
}

bool GoroutineProbe::read_row(ProbeValues& values, Groups& groups) {
  // Every stack by itself may be more than is read, or than Go gives (64 MiB): then without what created
  // them.
  const bool read = read_profile(form_, values, &groups) ||
                    (form_ == Form::stacks && read_profile(Form::counts, values, &groups));
  if (!read) return false;
  if (leak_profile_) read_leaks(groups);
  return true;
}

bool GoroutineProbe::read_profile(Form form, ProbeValues& values, Groups* groups) {
  const auto fetched = fetcher_.get(directory_ + name_of(form));
  problem_ = fetched.problem;
  if (!fetched.ok) return false;
  try {
    const auto profile = parse(fetched.body, form);
    values[metric::kGoroutines] = static_cast<double>(profile.total);
    if (groups != nullptr) {
      add_groups(profile, (*groups)["goroutine"]);
      add_waits(profile, *groups);
    }
    return true;
  } catch (const Error& error) {
    problem_ = error.what();
    return false;
  }
}

void GoroutineProbe::read_leaks(Groups& groups) {
  const auto fetched = fetcher_.get(directory_ + "goroutineleak?debug=1");
  problem_ = fetched.problem;
  if (fetched.status == 404) leak_profile_ = false;  // it has none
  if (!fetched.ok) return;
  try {
    add_groups(parse_goroutine_counts(fetched.body), groups["goroutineleak"]);
  } catch (const Error& error) {
    problem_ = error.what();
  }
}

}  // namespace leakrig
