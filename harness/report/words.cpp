#include "harness/report/words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "harness/analysis/cost_catalogue.h"
#include "harness/core/run_record.h"
#include "harness/core/units.h"
#include "harness/report/format.h"
#include "harness/report/sentences.h"

namespace leakrig::words {
namespace {

std::string verb_of(const finding::Group& group) {
  if (group.kind == "thread") return "starts threads named";
  if (group.kind == "fd" || group.kind == "socket") return "opens";
  return "starts";
}

}  // namespace

std::string amount(const finding::Growing& growth, double value) {
  return amount_text(growth.quantity, value);
}

std::string grown(const finding::Growing& growth) {
  const MetricInfo info = metric_info(growth.metric);
  // A probe's own name is no noun.
  if (info.plural == growth.metric && growth.quantity == Quantity::count && info.title == growth.metric)
    return fmt::format("{} {}", inline_text(growth.metric), signed_amount_text(growth.quantity, growth.grown()));
  return amount_of(growth, growth.grown());
}

std::string amount_of(const finding::Growing& growth, double value) {
  MetricInfo info = metric_info(growth.metric);
  info.quantity = growth.quantity;
  info.singular = inline_text(info.singular);
  info.plural = inline_text(info.plural);
  return counted_text(info, value);
}

std::string new_ones(const std::string& metric, double amount) {
  const MetricInfo info = metric_info(metric);
  if (info.is_bytes()) return amount_text(info.quantity, amount) + " more of " + inline_text(info.plural);
  return counted(amount, "new " + inline_text(info.singular), "new " + inline_text(info.plural));
}

std::string new_ones(const finding::Leak& leak) { return new_ones(leak.lead.metric, leak.whole); }

std::string would_decide(const finding::Growing& growth, double minutes) {
  return fmt::format("a run of about {} would likely decide", run_length(growth, minutes));
}

std::string grown_list(const std::vector<finding::Growing>& growths) {
  std::vector<std::string> parts;
  for (const auto& growth : growths) parts.push_back(grown(growth));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string delivery(const Delivery& delivery) {
  const auto whole = [](std::uint64_t lines) { return with_thousands(static_cast<std::int64_t>(lines)); };
  const std::string written = whole(delivery.lines_written);
  if (delivery.lines_lost == 0) return fmt::format("all {} log lines were delivered", written);
  if (delivery.lines_delivered == 0) return fmt::format("none of {} log lines was collected", written);
  return fmt::format("{} of {} log lines {} lost ({})", whole(delivery.lines_lost), written,
                     delivery.lines_lost == 1 ? "was" : "were", share_text(lost_share(delivery), 1));
}

std::string collected_nothing(const finding::CollectedNothing& nothing) {
  return delivery(nothing.delivery) + (nothing.meant ? ", as the scenario means it to be" : "");
}

std::string until(const finding::Growing& growth, double rate_before, double minute) {
  return fmt::format("{} until {}", rate_text(growth.quantity, rate_before), mark_text(minute));
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

std::string does_less(const finding::Against& against) {
  if (against.delivery && against.delivery->lines_lost > 0) return delivery(*against.delivery);
  return "it did nothing";
}

std::string place(const finding::Group& group) {
  if (group.function.empty()) return group.name;
  return fmt::format("{} ({}:{})", group.function, group.file.substr(group.file.rfind('/') + 1), group.line);
}

std::string whose(const finding::Leak& leak) {
  if (leak.groups.empty() || leak.whole <= 0) return "";
  const auto& first = leak.groups.front();
  const std::string in = first.function.empty() ? "" : "in ";
  if (leak.is_of_one_group()) return fmt::format("all {}{}", in, code(place(first), 200));
  std::vector<std::string> parts;
  for (const auto& group : leak.groups)
    parts.push_back(fmt::format("{:.0f} {}{}", group.growth, in, code(place(group), 200)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string blocked(const finding::Leak& leak) {
  std::vector<std::string> parts;
  for (const auto& group : leak.groups) {
    if (group.waited_min <= 0 && group.proven_blocked <= 0) continue;
    std::vector<std::string> facts;
    if (group.waited_min > 0)
      facts.push_back(fmt::format("the longest is blocked for {}", minutes_text(group.waited_min)));
    if (group.proven_blocked > 0)
      facts.push_back(fmt::format("{:.0f} {} proven by Go's leak profile to be blocked for ever",
                                  group.proven_blocked, group.proven_blocked == 1 ? "is" : "are"));
    parts.push_back(fmt::format("of those in {} {}", code(place(group), 200), fmt::join(facts, " and ")));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string blocked(double waited_min, double proven_blocked) {
  std::string text = waited_min > 0 ? minutes_text(waited_min) : "";
  if (proven_blocked > 0)
    text += fmt::format("{}{:.0f} for ever, as Go proves", text.empty() ? "" : ", ", proven_blocked);
  return text;
}

std::string newer_one(const std::string& request) {
  return request.find("/containers/{id}") == std::string::npos ? "a newer one" : "a newer one of the same container";
}

std::string where_to_look(const finding::Leak& leak) {
  const auto& first = leak.groups.front();
  const std::string share =
      fmt::format("{} of {}", with_thousands(std::llround(first.growth)), new_ones(leak));
  const bool one = std::llround(first.growth) == 1;
  if (!first.function.empty())
    return fmt::format("Look at {}: {} {} there, and {} not end.", code(place(first), 200), share,
                       one ? "is" : "are", one ? "does" : "do");
  return fmt::format("Find what {} {} and does not end it: {} {} of that name.", verb_of(first),
                     code(first.name, 200), share, one ? "is" : "are");
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
  return fmt::format("{} {} not counted", counted(children.most, "child process", "child processes"),
                     children.most == 1 ? "was" : "were");
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
    return fmt::format("the rig came too late for {:.0f} of {}{}", fault.amount,
                       counted(fault.of, "reading"), touches);
  return fmt::format("the rig had no descriptors left and turned {} of the subject away{} (raise ulimit -n)",
                     counted(fault.amount, "connection"), touches);
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
    grown.push_back(fmt::format("+{} in {}", counted_text(metric, share.grown()), code(share.member)));
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
