#pragma once

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace leakrig {

/// A thread that a probe sees under `name` (at most 15 characters). `body` takes the stop_token.
template <typename Body>
std::jthread named_thread(const char* name, Body body) {
  return std::jthread{[name, body = std::move(body)](const std::stop_token& stop) mutable {
    ::pthread_setname_np(::pthread_self(), name);
    body(stop);
  }};
}

/// Sleeps until the moment, or until `stop`: true if it was not stopped.
inline bool sleep_until(std::chrono::steady_clock::time_point moment, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock{mutex};
  never.wait_until(lock, stop, moment, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace leakrig
