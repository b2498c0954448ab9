#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "harness/core/error.h"
#include "harness/readings/readings.h"

namespace leakrig::testing_readings {

inline FileReadings read(const std::string& text, const ReadingsOptions& options = {}) {
  return read_samples(samples_in_memory(text), "samples", options);
}

/// The message of the refusal; a failure if the file was read.
inline std::string refusal(const std::string& text, const ReadingsOptions& options = {}) {
  try {
    const auto readings = read(text, options);
    ADD_FAILURE() << "was read: " << closing_line(readings);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

/// `header` and `count` rows, the n-th as `row` gives it.
inline std::string rows(const std::string& header, int count, const std::function<std::string(int)>& row) {
  std::string text = header;
  for (int i = 0; i < count; ++i) text += row(i) + "\n";
  return text;
}

/// 2025-11-06T10:00:00Z and `minutes` later.
inline std::string iso(int minutes) {
  return fmt::format("2025-11-{:02}T{:02}:{:02}:00Z", 6 + (600 + minutes) / 1440, (600 + minutes) / 60 % 24,
                     minutes % 60);
}

inline const SampleSeries& series(const FileReadings& readings, const std::string& title) {
  for (const auto& one : readings.series) {
    if (one.title() == title) return one;
  }
  throw std::runtime_error("no series " + title + " in: " + closing_line(readings));
}

inline const ColumnNote& column(const FileReadings& readings, const std::string& name) {
  for (const auto& one : readings.columns) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("no column " + name);
}

/// How many a minute a series grows, from its first reading to its last.
inline double slope(const SampleSeries& one) {
  const auto values = one.values.take();
  return (values.values.back() - values.values.front()) / (values.minutes.back() - values.minutes.front());
}

inline bool noted(const FileReadings& readings, const std::string& part) {
  return std::any_of(readings.notes.begin(), readings.notes.end(),
                     [&](const auto& note) { return note.find(part) != std::string::npos; });
}

}  // namespace leakrig::testing_readings
