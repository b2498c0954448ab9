#include "harness/report/words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/analysis/cost_catalogue.h"
#include "harness/core/units.h"
#include "harness/report/format.h"
#include "harness/report/sentences.h"

namespace leakrig::words {
namespace {

/// Nearly all: the readings of groups and of counts are moments apart.
constexpr double kAll = 0.95;

std::string verb_of(const finding::Group& group) {
  if (group.kind == "thread") return "starts threads named";
  if (group.kind == "fd" || group.kind == "socket") return "opens";
  return "starts";
}

}  // namespace

std::string amount(const finding::Growing& growth, double value) {
  return amount_text(metric_info(growth.metric).quantity, value);
}

std::string grown(const finding::Growing& growth) {
  MetricInfo info = metric_info(growth.metric);
  if (info.plural == growth.metric && info.quantity == Quantity::count && info.title == growth.metric)
    return fmt::format("{} {}", inline_text(growth.metric),
                       signed_amount_text(info.quantity, growth.grown()));
  info.singular = inline_text(info.singular);
  info.plural = inline_text(info.plural);
  return counted_text(info, growth.grown());
}

std::string grown_list(const std::vector<finding::Growing>& growths) {
  std::vector<std::string> parts;
  for (const auto& growth : growths) parts.push_back(grown(growth));
  return fmt::format("{}", fmt::join(parts, ", "));
}

stats::RateUnit unit_of(const finding::Growing& growth) {
  double largest = std::max({std::abs(growth.rate_per_min), std::abs(growth.low), std::abs(growth.high)});
  // In the unit that is shown: a memory's rate has a digit from a tenth of a KiB on.
  constexpr double kKibibyte = 1024;
  if (metric_info(growth.metric).is_bytes()) largest /= kKibibyte;
  return stats::rate_unit(largest, growth.span_minutes);
}

std::string tolerance(const finding::Growing& growth) {
  const auto unit = unit_of(growth);
  std::string text =
      tolerance_text(metric_info(growth.metric).quantity, growth.tolerance_per_min * unit.minutes);
  return text.substr(0, text.rfind('/')) + std::string{unit.suffix};
}

std::string chance(const finding::Growing& growth) {
  return fmt::format("chance that it is within {}: {}", tolerance(growth),
                     chance_text(growth.p_within_tolerance));
}

std::string delivery(const Delivery& delivery) {
  const auto whole = [](std::uint64_t lines) { return with_thousands(static_cast<std::int64_t>(lines)); };
  const std::string written = whole(delivery.lines_written);
  if (delivery.lines_lost == 0) return fmt::format("all {} log lines were delivered", written);
  if (delivery.lines_delivered == 0) return fmt::format("none of {} log lines was collected", written);
  return fmt::format(
      "{} of {} log lines were lost ({:.1f} %)", whole(delivery.lines_lost), written,
      100 * static_cast<double>(delivery.lines_lost) / static_cast<double>(delivery.lines_written));
}

std::string until(const finding::Growing& growth, double rate_before, double minute) {
  return fmt::format("{} until {}", rate_text(metric_info(growth.metric).quantity, rate_before),
                     mark_text(minute));
}

std::string grew_until(const finding::Growing& growth, double rate_before, double minute) {
  return fmt::format("{} grew by {}", metric_noun(growth.metric), until(growth, rate_before, minute));
}

std::string signed_number(Quantity quantity, double per_min) {
  const std::string number = rate_number_text(quantity, per_min);
  return number.starts_with('-') ? number : "+" + number;
}

std::string signed_rate(Quantity quantity, double per_min) {
  return signed_number(quantity, per_min) + "/min";
}

std::string prices(const finding::Against& against) {
  std::vector<std::string> parts;
  for (const auto& price : against.prices) {
    const CostInfo& cost = *cost_info(price.cost);
    parts.push_back(fmt::format("{} {} where {} has {}", cost_text(cost, price.variant), cost.noun,
                                code(against.reference), cost_text(cost, price.reference)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string place(const finding::Group& group) {
  if (group.function.empty()) return group.name;
  return fmt::format("{} ({}:{})", group.function, group.file.substr(group.file.rfind('/') + 1), group.line);
}

std::string whose(const finding::Leak& leak) {
  if (leak.groups.empty() || leak.whole <= 0) return "";
  const auto& first = leak.groups.front();
  const std::string in = first.function.empty() ? "" : "in ";
  if (first.growth >= kAll * leak.whole) return fmt::format("all {}{}", in, code(place(first), 200));
  std::vector<std::string> parts;
  for (const auto& group : leak.groups)
    parts.push_back(fmt::format("{:.0f} {}{}", group.growth, in, code(place(group), 200)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string where_to_look(const finding::Leak& leak) {
  const auto& first = leak.groups.front();
  const std::string share =
      fmt::format("{} of {} new {}", with_thousands(std::llround(first.growth)),
                  with_thousands(std::llround(leak.whole)), metric_noun(leak.lead.metric));
  if (!first.function.empty())
    return fmt::format("Look at {}: {} are there, and do not end.", code(place(first), 200), share);
  return fmt::format("Find what {} {} and does not end it: {} are of that name.", verb_of(first),
                     code(first.name, 200), share);
}

std::string missing(const finding::GrewUnjudged& grew) {
  std::vector<std::string> parts;
  for (const auto& metric : grew.metrics)
    parts.push_back(fmt::format("{} from {} to {}, {}", metric_noun(metric.metric),
                                amount(metric, metric.start), amount(metric, metric.final),
                                estimate_text(metric)));
  return fmt::format("grew, and is not judged: {}", fmt::join(parts, "; "));
}

std::string missing(const finding::ChildrenUncounted& children) {
  return fmt::format("{:.0f} child process{} not counted", children.most,
                     children.most == 1 ? " was" : "es were");
}

std::string missing(const finding::SubjectIdle& idle) {
  return fmt::format("the subject did nothing: {:.2f} s of CPU in {}, no request, and no count moved",
                     idle.cpu_s, minutes_text(idle.minutes));
}

std::string missing(const finding::ProbeSilent& silent) {
  if (!silent.since_min) return fmt::format("{} were asked for and never read", metric_noun(silent.metric));
  return fmt::format("{} were not read any more from {} on", metric_noun(silent.metric),
                     mark_text(*silent.since_min));
}

std::string missing(const finding::NeverReached& never) {
  return fmt::format("the subject was told where {} is, and never asked it for anything{}{}",
                     never.docker ? "Docker" : "the log sink", never.last_output.empty() ? "" : "; ",
                     inline_text(never.last_output));
}

std::string supply(const finding::NeverReached& never) {
  return fmt::format("Make the subject use {}: in its command, \"env\" or \"files\".",
                     never.docker ? "{docker_host}, {docker_socket} or \"docker_socket_at\"" : "{loki_url}");
}

std::string rig_fault(const finding::RigFault& fault) {
  const std::string touches = fault.touches_result ? ": the figures cannot be relied on" : "";
  if (fault.kind == finding::RigFault::Kind::missed)
    return fmt::format("the rig came too late for {:.0f} of {:.0f} readings{}", fault.amount, fault.of, touches);
  return fmt::format("the rig had no descriptors left and turned {:.0f} connection{} of the subject away{} (raise ulimit -n)",
                     fault.amount, fault.amount == 1 ? "" : "s", touches);
}

std::string tree(const finding::Tree& tree) {
  std::vector<std::string> processes;
  for (const auto& [name, count] : tree.processes)
    processes.push_back(count == 1 ? code(name) : fmt::format("{} x {:.0f}", code(name), count));
  std::string text = fmt::format("{}", fmt::join(processes, ", "));
  if (tree.grown.empty()) return text;
  const MetricInfo metric = metric_info(tree.metric);
  std::vector<std::string> grown;
  for (const auto& share : tree.grown)
    grown.push_back(fmt::format("+{} in {}", counted_text(metric, share.final - share.start), code(share.member)));
  text += fmt::format(": {}", fmt::join(grown, ", "));
  if (tree.more > 0) text += fmt::format(", and in {} more", tree.more);
  return text;
}

std::string supply(const finding::GrewUnjudged& grew) {
  return fmt::format("Judge {} too, if it must not grow: name it in \"also_judge\".",
                     metric_noun(grew.metrics.front().metric));
}

std::string supply(const finding::ChildrenUncounted&) {
  return "Count the child processes too: what they leak is in none of these numbers.";
}

std::string supply(const finding::SubjectIdle&) {
  return "Give the subject something to do: what is idle does not leak.";
}

std::string supply(const finding::ProbeSilent& silent) {
  return fmt::format("Find out why {} could not be read.", metric_noun(silent.metric));
}

}  // namespace leakrig::words
