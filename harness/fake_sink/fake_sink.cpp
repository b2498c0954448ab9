#include "harness/fake_sink/fake_sink.h"

#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/fake_sink/sink_book.h"
#include "harness/fake_sink/sink_listener.h"

namespace leakrig {

FakeSink::FakeSink(const FakeSinkOptions& options, const ScenarioClock& clock, LedgerSink& ledger)
    : host_(options.host), book_(std::make_unique<SinkBook>(clock, ledger)) {
  for (const auto& [kind, port] : options.ports)
    listeners_[kind] = listen_for(kind, {options.host, port, options.max_message_bytes}, {*book_, faults_});
}

FakeSink::~FakeSink() {
  faults_.open_for_good();
}

void FakeSink::set_fault(std::optional<SinkFault> fault, std::uint64_t times) {
  faults_.set(fault, times);
}

std::uint64_t FakeSink::fault_hits() const {
  return faults_.hits();
}

std::string FakeSink::url(const std::string& kind) const {
  return fmt::format("{}://{}", sink_scheme(kind), address(kind));
}

std::string FakeSink::address(const std::string& kind) const {
  const auto at = listeners_.find(kind);
  if (at == listeners_.end()) throw Error(fmt::format("no sink of kind {} is served", kind));
  return fmt::format("{}:{}", host_, at->second->port());
}

std::vector<std::string> FakeSink::kinds() const {
  std::vector<std::string> kinds;
  for (const auto& [kind, listener] : listeners_) kinds.push_back(kind);
  return kinds;
}

void FakeSink::start_window(Nanos due_epoch_from) {
  book_->start_window(due_epoch_from);
}

Delivery FakeSink::delivery(const std::map<std::string, SequenceRange>& written) const {
  return book_->delivery(written);
}

std::vector<SeenLines> FakeSink::seen() const {
  return book_->seen();
}

}  // namespace leakrig
