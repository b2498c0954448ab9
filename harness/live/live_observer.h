#pragma once

#include "harness/live/live_view.h"
#include "harness/run/runner.h"

namespace leakrig {

/// Tells the progress line, and a live view where there is one.
class LiveObserver final : public RunObserver {
 public:
  /// Both outlive this; `view` may be null.
  LiveObserver(RunObserver& progress, LiveView* view) : progress_(progress), view_(view) {}

  void variant_started(const Variant& variant) override {
    progress_.variant_started(variant);
    if (view_ != nullptr) view_->renew();
  }
  void noted(const Variant& variant, const std::string& sentence) override {
    progress_.noted(variant, sentence);
  }
  void sampled(const Variant& variant, const Sample& sample) override {
    progress_.sampled(variant, sample);
    if (view_ != nullptr && variant.replicate == 1) view_->sampled(variant.name, sample);
  }
  void variant_ended(const Variant& variant, Outcome outcome, const std::string& detail) override {
    progress_.variant_ended(variant, outcome, detail);
    if (view_ != nullptr) view_->renew();
  }

 private:
  RunObserver& progress_;
  LiveView* view_;
};

}  // namespace leakrig
