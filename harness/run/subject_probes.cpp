#include "harness/run/subject_probes.h"

#include "harness/probe/goroutine_probe.h"
#include "harness/probe/heap_profile.h"
#include "harness/probe/metrics_probe.h"
#include "harness/probe/procfs_probe.h"

namespace leakrig {
namespace {

GoroutineProbeOptions goroutine_options(const ProbesSpec& wanted) {
  GoroutineProbeOptions options;
  if (wanted.pprof_form == PprofForm::stacks) options.form = GoroutineProbe::Form::stacks;
  if (wanted.pprof_form == PprofForm::protobuf) options.form = GoroutineProbe::Form::protobuf;
  options.leak_profile = wanted.pprof_leaks || wanted.allocations;
  return options;
}

}  // namespace

std::vector<std::unique_ptr<Probe>> make_subject_probes(const SubjectSpec& subject, pid_t pid,
                                                        const Clock& clock, pid_t tree_root) {
  const ProbesSpec& wanted = subject.probes;
  std::vector<std::unique_ptr<Probe>> probes;
  ProcfsOptions procfs;
  procfs.children = wanted.children;
  if (tree_root > 0 && tree_root != pid) procfs.tree_root = tree_root;
  if (pid > 0) probes.push_back(std::make_unique<ProcfsProbe>(pid, clock, procfs));
  if (!wanted.pprof.empty())
    probes.push_back(std::make_unique<GoroutineProbe>(wanted.pprof, goroutine_options(wanted)));
  if (!wanted.pprof.empty() && wanted.allocations) probes.push_back(std::make_unique<HeapProbe>(wanted.pprof));
  if (wanted.metrics)
    probes.push_back(std::make_unique<MetricsProbe>(wanted.metrics->url, wanted.metrics->read));
  return probes;
}

}  // namespace leakrig
