#include "harness/fake_docker/faults/fault.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// A kind with the keys that it has beyond those of every fault.
struct FaultKindRow {
  FaultKind kind;
  const char* name;
  std::vector<std::string_view> required;
  std::vector<std::string_view> optional;
};

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

constexpr std::array<std::string_view, 6> kCommonKeys{"kind",        "endpoint", "container",
                                                      "probability", "from",     "to"};

struct WrongFault {
  std::string pointer;
  std::string message;
};

/// Reads one fault; throws WrongFault.
class FaultReader {
 public:
  FaultReader(const json& object, EndpointNames endpoints) : object_(object), endpoints_(endpoints) {
    if (!object.is_object()) throw WrongFault{"", "must be an object"};
  }

  FaultConfig read() {
    const auto& row = kind();
    FaultConfig fault;
    fault.kind = row.kind;
    check_keys(row);
    fault.endpoint = text("endpoint", "*");
    fault.container = text("container", "*");
    check_endpoint(fault);
    if (const auto found = object_.find("probability"); found != object_.end()) {
      if (!found->is_number() || !(found->get<double>() > 0 && found->get<double>() <= 1))
        throw WrongFault{"/probability", "must be a number above 0 and at most 1"};
      fault.probability = found->get<double>();
    }
    fault.from = duration("from");
    fault.to = duration("to");
    if (fault.to && *fault.to <= fault.from.value_or(Nanos{0}))
      throw WrongFault{"/to", "must be later than \"from\""};
    fault.delay = duration("delay").value_or(Nanos{0});
    fault.after = duration("after").value_or(Nanos{0});
    fault.every = duration("every").value_or(Nanos{0});
    fault.down_for = duration("down_for").value_or(Nanos{0});
    if (object_.contains("every") && fault.every < std::chrono::milliseconds{1})
      throw WrongFault{"/every", "must be 1ms or more"};
    fault.after_bytes = count("after_bytes", 0, 0);
    fault.bytes = count("bytes", 1, 1);
    fault.frame = count("frame", 1, 1);
    fault.status = static_cast<int>(count("status", 500, 400));
    if (fault.status > 599) throw WrongFault{"/status", "must be an error, from 400 to 599"};
    fault.message = text("message", "");
    if (fault.kind == FaultKind::restart && fault.every > Nanos{0} && fault.down_for >= fault.every)
      throw WrongFault{"/down_for", "must be shorter than \"every\""};
    return fault;
  }

 private:
  const FaultKindRow& kind() const {
    const auto found = object_.find("kind");
    const auto name = found != object_.end() && found->is_string() ? found->get<std::string>() : "";
    std::string names;
    for (const auto& row : fault_kinds()) {
      if (name == row.name) return row;
      names += fmt::format("{}{}", names.empty() ? "" : ", ", row.name);
    }
    throw WrongFault{found == object_.end() ? "" : "/kind", "\"kind\" must be one of " + names};
  }

  void check_keys(const FaultKindRow& row) const {
    const auto has = [](const auto& list, std::string_view key) {
      return std::find(list.begin(), list.end(), key) != list.end();
    };
    for (const auto& [key, value] : object_.items()) {
      if (has(kCommonKeys, key) || has(row.required, key) || has(row.optional, key)) continue;
      throw WrongFault{"/" + key, fmt::format("does not go with a fault of kind \"{}\"", row.name)};
    }
    for (const auto key : row.required) {
      if (!object_.contains(key))
        throw WrongFault{"", fmt::format("a fault of kind \"{}\" needs \"{}\"", row.name, key)};
    }
    // A restart is the daemon's, not a request's.
    if (row.kind != FaultKind::restart) return;
    for (const auto* key : {"endpoint", "container", "probability"}) {
      if (object_.contains(key)) throw WrongFault{fmt::format("/{}", key), "does not go with a restart"};
    }
  }

  void check_endpoint(const FaultConfig& fault) const {
    std::string names;
    for (const auto endpoint : endpoints_) {
      if (::fnmatch(fault.endpoint.c_str(), std::string{endpoint}.c_str(), 0) == 0) return;
      names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", endpoint);
    }
    throw WrongFault{"/endpoint", "matches no endpoint; there are " + names};
  }

  std::string text(const char* key, const char* otherwise) const {
    const auto found = object_.find(key);
    if (found == object_.end()) return otherwise;
    if (!found->is_string() || found->get_ref<const std::string&>().empty() ||
        found->get_ref<const std::string&>().size() > 1000) {
      throw WrongFault{fmt::format("/{}", key), "must be a string of 1 to 1000 characters"};
    }
    return found->get<std::string>();
  }

  std::optional<Nanos> duration(const char* key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) return std::nullopt;
    const auto value = found->is_string() ? parse_duration(found->get<std::string>()) : std::nullopt;
    if (!value) throw WrongFault{fmt::format("/{}", key), "must be a duration such as \"30s\""};
    return value;
  }

  std::uint64_t count(const char* key, std::uint64_t otherwise, std::uint64_t least) const {
    constexpr std::uint64_t kMost = 1'000'000'000'000;
    const auto found = object_.find(key);
    if (found == object_.end()) return otherwise;
    if (!found->is_number_integer() || found->get<std::int64_t>() < static_cast<std::int64_t>(least) ||
        found->get<std::uint64_t>() > kMost) {
      throw WrongFault{fmt::format("/{}", key), fmt::format("must be a whole number, {} or more", least)};
    }
    return found->get<std::uint64_t>();
  }

  const json& object_;
  EndpointNames endpoints_;
};

/// The list as configurations, or what is wrong with it.
std::optional<FaultProblem> read_list(const json& list, EndpointNames endpoints,
                                      std::vector<FaultConfig>& faults) {
  if (!list.is_array()) return FaultProblem{"", "must be a list of faults"};
  for (std::size_t i = 0; i < list.size(); ++i) {
    try {
      faults.push_back(FaultReader(list[i], endpoints).read());
    } catch (const WrongFault& wrong) {
      return FaultProblem{fmt::format("/{}{}", i, wrong.pointer), wrong.message};
    }
  }
  return std::nullopt;
}

}  // namespace

const char* to_string(FaultKind kind) {
  for (const auto& row : fault_kinds()) {
    if (row.kind == kind) return row.name;
  }
  return "";
}

std::optional<FaultProblem> find_fault_problem(const json& list, EndpointNames endpoints) {
  std::vector<FaultConfig> faults;
  return read_list(list, endpoints, faults);
}

std::vector<FaultConfig> fault_configs_from_json(const json& list, EndpointNames endpoints) {
  std::vector<FaultConfig> faults;
  if (const auto wrong = read_list(list, endpoints, faults))
    throw UsageError(fmt::format("faults{}: {}", wrong->pointer, wrong->message));
  return faults;
}

json to_json(const FaultConfig& fault) {
  json object{{"kind", to_string(fault.kind)}};
  const auto& row = *std::find_if(fault_kinds().begin(), fault_kinds().end(),
                                  [&fault](const FaultKindRow& each) { return each.kind == fault.kind; });
  if (fault.kind != FaultKind::restart) {
    object.update(
        {{"endpoint", fault.endpoint}, {"container", fault.container}, {"probability", fault.probability}});
  }
  if (fault.from) object["from"] = format_duration(*fault.from);
  if (fault.to) object["to"] = format_duration(*fault.to);
  const json all{{"delay", format_duration(fault.delay)},
                 {"after", format_duration(fault.after)},
                 {"every", format_duration(fault.every)},
                 {"down_for", format_duration(fault.down_for)},
                 {"after_bytes", fault.after_bytes},
                 {"bytes", fault.bytes},
                 {"frame", fault.frame},
                 {"status", fault.status},
                 {"message", fault.message}};
  for (const auto* keys : {&row.required, &row.optional}) {
    for (const auto key : *keys) {
      const bool unset =
          (key == "message" && fault.message.empty()) || (key == "every" && fault.every == Nanos{0});
      if (key != "from" && !unset) object[std::string{key}] = all.at(std::string{key});
    }
  }
  return object;
}

}  // namespace leakrig
