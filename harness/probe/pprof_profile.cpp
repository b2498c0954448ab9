#include "harness/probe/pprof_profile.h"

#include <fmt/format.h>

#include <unordered_map>

#include "harness/core/error.h"
#include "harness/probe/wire.h"

namespace leakrig {
namespace {

constexpr std::size_t kPprofLimit = std::size_t{64} << 20U;
constexpr std::size_t kMaxName = 1024;

[[noreturn]] void refuse_pprof(const std::string& why) {
  throw Error(why);
}

/// Calls back with each field of a message; refuses one that is damaged.
template <typename Found>
void each_field(std::string_view message, const Found& found) {
  WireReader reader{message};
  while (const auto field = reader.next()) found(*field);
  if (reader.broken()) refuse_pprof("its encoding is damaged or cut short");
}

/// Calls back with each number of a repeated field, packed or not.
template <typename Found>
void each_packed_number(const WireReader::Field& field, const Found& found) {
  if (!field.delimited) return found(field.value);
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const char c : field.bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (shift >= 64) refuse_pprof("a number of more than 64 bits");
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    shift += 7;
    if ((byte & 0x80U) != 0) continue;
    found(value);
    value = 0;
    shift = 0;
  }
  if (shift != 0) refuse_pprof("its encoding is damaged or cut short");
}

struct Line {
  std::uint64_t function = 0;
  std::int64_t line = 0;
};
struct Function {
  std::uint64_t name = 0;
  std::uint64_t file = 0;
};

/// The tables of profile.proto, by id; views into the message.
struct Tables {
  std::vector<std::string_view> strings;
  std::unordered_map<std::uint64_t, std::vector<Line>> locations;
  std::unordered_map<std::uint64_t, Function> functions;
  std::vector<std::string_view> samples;
  std::vector<std::uint64_t> types;  ///< of each sample's values

  std::string string(std::uint64_t index) const {
    if (index >= strings.size()) refuse_pprof("it names a string that it does not hold");
    return std::string{strings[index].substr(0, kMaxName)};
  }
};

void read_location(std::string_view message, Tables& tables) {
  std::uint64_t id = 0;
  std::vector<Line> lines;
  each_field(message, [&](const WireReader::Field& field) {
    if (field.number == 1) id = field.value;
    if (field.number != 4) return;
    Line line;
    each_field(field.bytes, [&](const WireReader::Field& part) {
      if (part.number == 1) line.function = part.value;
      if (part.number == 2) line.line = static_cast<std::int64_t>(part.value);
    });
    lines.push_back(line);
  });
  tables.locations[id] = std::move(lines);
}

void read_function(std::string_view message, Tables& tables) {
  std::uint64_t id = 0;
  Function function;
  each_field(message, [&](const WireReader::Field& field) {
    if (field.number == 1) id = field.value;
    if (field.number == 2) function.name = field.value;
    if (field.number == 4) function.file = field.value;
  });
  tables.functions[id] = function;
}

Tables read_tables(std::string_view message) {
  Tables tables;
  each_field(message, [&](const WireReader::Field& field) {
    if (field.number == 1) {
      tables.types.push_back(0);
      each_field(field.bytes, [&](const WireReader::Field& part) {
        if (part.number == 1) tables.types.back() = part.value;
      });
    }
    if (field.number == 2) tables.samples.push_back(field.bytes);
    if (field.number == 4) read_location(field.bytes, tables);
    if (field.number == 5) read_function(field.bytes, tables);
    if (field.number == 6) tables.strings.push_back(field.bytes);
  });
  return tables;
}

/// Reads the label "bytes" of a sample: {1: key, 3: number}.
void read_bytes_label(std::string_view message, const Tables& tables, PprofSample& sample) {
  std::uint64_t key = 0;
  std::uint64_t number = 0;
  each_field(message, [&](const WireReader::Field& field) {
    if (field.number == 1) key = field.value;
    if (field.number == 3) number = field.value;
  });
  if (key != 0 && tables.string(key) == "bytes") sample.bytes = static_cast<std::int64_t>(number);
}

PprofSample read_sample(std::string_view message, const Tables& tables, std::size_t& frames_left) {
  PprofSample sample;
  each_field(message, [&](const WireReader::Field& field) {
    if (field.number == 1) {
      each_packed_number(field, [&](std::uint64_t location) {
        const auto found = tables.locations.find(location);
        if (found == tables.locations.end()) refuse_pprof("it names a location that it does not hold");
        for (const auto& line : found->second) {
          const auto function = tables.functions.find(line.function);
          if (function == tables.functions.end()) refuse_pprof("it names a function that it does not hold");
          if (frames_left-- == 0) refuse_pprof(fmt::format("more than {} frames", kMaxFrames));
          sample.frames.push_back(
              {tables.string(function->second.name), tables.string(function->second.file), line.line});
        }
      });
    }
    if (field.number == 2)
      each_packed_number(
          field, [&](std::uint64_t value) { sample.values.push_back(static_cast<std::int64_t>(value)); });
    if (field.number == 3) read_bytes_label(field.bytes, tables, sample);
  });
  if (sample.values.size() != tables.types.size()) {
    refuse_pprof(sample.values.empty() ? "a stack without a count"
                                       : "a stack with another number of values than it has types");
  }
  return sample;
}

}  // namespace

PprofProfile parse_pprof(std::string_view bytes) {
  const auto message = gunzip(bytes, kPprofLimit);
  const auto tables = read_tables(message);
  if (tables.strings.empty()) refuse_pprof("it holds no strings");
  PprofProfile profile;
  for (const auto type : tables.types) profile.types.push_back(tables.string(type));
  std::size_t frames_left = kMaxFrames;
  for (const auto sample : tables.samples)
    profile.samples.push_back(read_sample(sample, tables, frames_left));
  return profile;
}

}  // namespace leakrig
