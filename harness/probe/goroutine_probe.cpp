#include "harness/probe/goroutine_probe.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/core/sample.h"
#include "harness/probe/goroutine_profile.h"
#include "harness/probe/group_labels.h"

namespace leakrig {
namespace {

HttpUrl profile_url(const std::string& base, GoroutineProbe::Form form) {
  auto url = parse_http_url(base);
  if (!url) {
    throw UsageError(
        fmt::format("\"{}\" is no address of a Go program's pprof: http://HOST:PORT is needed", base));
  }
  constexpr std::string_view kPprof = "/debug/pprof";
  const auto prefix = url->path.find(kPprof);
  url->path.resize(prefix == std::string::npos ? url->path.find_last_not_of("/?") + 1 : prefix);
  url->path += "/debug/pprof/goroutine";
  if (form == GoroutineProbe::Form::counts) url->path += "?debug=1";
  if (form == GoroutineProbe::Form::stacks) url->path += "?debug=2";
  return *url;
}

GoroutineProbe::Form between_rows(GoroutineProbe::Form form) {
  return form == GoroutineProbe::Form::stacks ? GoroutineProbe::Form::counts : form;
}

GoroutineProfile parse(const std::string& body, GoroutineProbe::Form form) {
  switch (form) {
    case GoroutineProbe::Form::counts:
      return parse_goroutine_counts(body);
    case GoroutineProbe::Form::stacks:
      return parse_goroutine_stacks(body);
    case GoroutineProbe::Form::protobuf:
      break;
  }
  return parse_goroutine_protobuf(body);
}

}  // namespace

GoroutineProbe::GoroutineProbe(const std::string& base, Form form, FetchLimits limits)
    : form_(form),
      plain_(profile_url(base, between_rows(form)), limits),
      row_(profile_url(base, form), limits) {}

bool GoroutineProbe::read(Readings& values) {
  return read_from(plain_, between_rows(form_), values, nullptr);
}

bool GoroutineProbe::read_row(Readings& values, Groups& groups) {
  // Only a second form needs a second connection, which the subject would count.
  return read_from(form_ == Form::stacks ? row_ : plain_, form_, values, &groups);
}

bool GoroutineProbe::read_from(HttpFetcher& fetcher, Form form, Readings& values, Groups* groups) {
  const auto fetched = fetcher.get();
  problem_ = fetched.problem;
  if (!fetched.ok) return false;
  try {
    const auto profile = parse(fetched.body, form);
    values[metric::kGoroutines] = static_cast<double>(profile.total);
    if (groups == nullptr) return true;
    GroupCounts counts;
    for (const auto& stack : profile.stacks) counts.add(stack_label(stack), static_cast<double>(stack.count));
    counts.add_to((*groups)["goroutine"]);
    return true;
  } catch (const Error& error) {
    problem_ = error.what();
    return false;
  }
}

}  // namespace leakrig
