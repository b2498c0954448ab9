#pragma once

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

/// A thread that waits for work until it is told to stop, and a log file.
class Worker {
 public:
  Worker() : log_(::open("/dev/null", O_WRONLY)), thread_(&Worker::work, this) {}
  ~Worker() {
    stop();
    thread_.join();
    ::close(log_);
  }

 private:
  void work() {
    ::pthread_setname_np(::pthread_self(), "worker");
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return stopped_; });
  }
  void stop() {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

  int log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::thread thread_;
};
