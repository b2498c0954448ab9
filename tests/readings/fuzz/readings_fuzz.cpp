// libFuzzer target of the recogniser, the readers of every form and what is understood of them. A file may be
// refused with UsageError, and nothing else. The first byte chooses whether a form is forced, and which
// options go with it.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "harness/core/error.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/readings.h"

namespace {

void promise(bool kept) {
  if (!kept) std::abort();
}

void check(const leakrig::FileReadings& readings) {
  promise(!readings.series.empty());
  promise(!leakrig::closing_line(readings).empty() && !leakrig::explained(readings).empty());
  for (const auto& one : readings.series) {
    const auto series = one.values.take();
    promise(series.minutes.size() == series.values.size());
    for (std::size_t i = 0; i < series.minutes.size(); ++i) {
      promise(std::isfinite(series.minutes[i]) && std::isfinite(series.values[i]));
      promise(i == 0 || series.minutes[i] >= series.minutes[i - 1]);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  leakrig::ReadingsOptions options;
  options.now_s = 1.8e9;
  const auto& forms = leakrig::forms();
  const std::size_t choice = data[0] - std::size_t{'0'};
  if (choice >= 1 && choice <= forms.size()) options.input = forms[choice - 1].name;
  if (data[0] == 'b') options.by = {"pid"};
  if (data[0] == 'e') options.time.every_s = 60;
  try {
    check(leakrig::read_samples(
        leakrig::samples_in_memory({reinterpret_cast<const char*>(data) + 1, size - 1}), "fuzz", options));
  } catch (const leakrig::UsageError&) {
  }
  return 0;
}
