#include <algorithm>

#include "harness/spec/document/fault_kinds.h"
#include "harness/spec/document/json_fields.h"
#include "harness/spec/document/parts.h"

namespace leakrig {

using nlohmann::json;

const std::vector<FaultKindRow>& fault_kinds() {
  static const std::vector<FaultKindRow> kRows{
      {FaultKind::delay_headers, "delay_headers", {"delay"}, {}},
      {FaultKind::no_headers, "no_headers", {}, {}},
      {FaultKind::status, "status", {"status"}, {"message"}},
      {FaultKind::drop, "drop", {}, {}},
      {FaultKind::eof, "eof", {}, {}},
      {FaultKind::reset, "reset", {}, {"after_bytes"}},
      {FaultKind::close, "close", {}, {"after_bytes"}},
      {FaultKind::half_close, "half_close", {}, {"after_bytes"}},
      {FaultKind::stall, "stall", {}, {"after_bytes"}},
      {FaultKind::cut, "cut", {"after"}, {}},
      {FaultKind::hold_open, "hold_open", {}, {}},
      {FaultKind::drip, "drip", {"every"}, {"bytes"}},
      {FaultKind::corrupt_frame, "corrupt_frame", {}, {"frame"}},
      {FaultKind::truncate_frame, "truncate_frame", {}, {"frame"}},
      {FaultKind::restart, "restart", {"from"}, {"every", "down_for"}},
  };
  return kRows;
}

const char* to_string(FaultKind kind) {
  for (const auto& row : fault_kinds()) {
    if (row.kind == kind) return row.name;
  }
  return "";
}

void fields(Fields& f, FaultConfig& fault) {
  std::string kind = to_string(fault.kind);
  f.field("kind", kind);
  for (const auto& row : fault_kinds()) {
    if (kind == row.name) fault.kind = row.kind;
  }
  f.field("endpoint", fault.endpoint);
  f.field("container", fault.container);
  f.field("probability", fault.probability);
  f.field("from", fault.from);
  f.field("to", fault.to);
  f.field("delay", fault.delay);
  f.field("after", fault.after);
  f.field("every", fault.every);
  f.field("down_for", fault.down_for);
  f.field("after_bytes", fault.after_bytes);
  f.field("bytes", fault.bytes);
  f.field("frame", fault.frame);
  f.field("status", fault.status);
  f.field("message", fault.message);
}

FaultConfig fault_of(const json& object, const std::string& pointer) {
  FaultConfig fault;
  read_into(fault, object, pointer);
  return fault;
}

json json_of(const FaultConfig& fault) {
  json object = written(fault);
  const auto& row = *std::find_if(fault_kinds().begin(), fault_kinds().end(),
                                  [&](const FaultKindRow& each) { return each.kind == fault.kind; });
  const auto goes_with_it = [&](const std::string& key) {
    if (key == "kind" || key == "from" || key == "to") return true;
    if (key == "endpoint" || key == "container" || key == "probability")
      return fault.kind != FaultKind::restart;
    // An interval of none is "once", and no message dockerd's own; neither can be written.
    if ((key == "message" && fault.message.empty()) || (key == "every" && fault.every == Nanos{0}))
      return false;
    return std::find(row.required.begin(), row.required.end(), key) != row.required.end() ||
           std::find(row.optional.begin(), row.optional.end(), key) != row.optional.end();
  };
  for (auto entry = object.begin(); entry != object.end();)
    entry = goes_with_it(entry.key()) ? std::next(entry) : object.erase(entry);
  return object;
}

}  // namespace leakrig
