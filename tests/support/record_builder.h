#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "harness/core/run_record.h"

namespace leakrig {

/// Makes run records of known truth.
class VariantBuilder {
 public:
  explicit VariantBuilder(std::string name) {
    record_.name = std::move(name);
    record_.outcome = Outcome::completed;
  }

  /// A reading every 2 s over the warm-up of a minute and `minutes` more: `start` threads at T+0 and
  /// `per_min` more each minute, evenly; sockets likewise at half that rate; everything whole numbers.
  VariantBuilder& threads(double start, double per_min, int minutes = 5) {
    for (int s = -60; s <= minutes * 60; s += 2) {
      const double grown = std::floor(per_min * s / 60.0 + 1e-9);
      Sample sample;
      sample.variant = record_.name;
      sample.t_s = sample.due_s = s;
      sample.values = {
          {"threads", start + grown}, {"sockets", 20 + std::floor(grown / 2)}, {"containers", 8}};
      if (s % 60 == 0) sample.groups["thread"] = {{"readLoop", 40 + std::floor(grown / 2)}, {"worker", 44}};
      record_.samples.push_back(sample);
    }
    return *this;
  }

  /// A follow stream that is opened every `every_s` from -60 s on and closed after `life_s` (0: never).
  VariantBuilder& streams(double every_s, double life_s, double until_s = 300) {
    std::uint64_t id = 0;
    for (double t = -60; t < until_s; t += every_s) {
      ++id;
      LedgerEntry opened{
          record_.name, "docker", LedgerEvent::request_opened, t, id, id, 7, kFollow, "web-1", 0, 0, 0, ""};
      record_.ledger.push_back(opened);
      if (life_s > 0) {
        LedgerEntry closed = opened;
        closed.event = LedgerEvent::request_closed;
        closed.t_s = t + life_s;
        record_.ledger.push_back(closed);
      }
    }
    return *this;
  }

  VariantBuilder& delivered(std::uint64_t written, std::uint64_t lost) {
    record_.deliveries.push_back({300, {written, written - lost, lost, 0, 500, 900}});
    return *this;
  }

  VariantBuilder& ended(Outcome outcome, std::string detail) {
    record_.outcome = outcome;
    record_.detail = std::move(detail);
    return *this;
  }

  VariantRecord build() const { return record_; }

  static constexpr const char* kFollow = "GET /containers/{id}/logs?follow=1";

 private:
  VariantRecord record_;
};

}  // namespace leakrig
