#pragma once

#include <cstddef>
#include <mutex>
#include <semaphore>

namespace leakrig {

/// What all clients of a sink may make it hold: messages that have not come whole, and those that are taken apart.
/// Any thread.
class MessageRoom {
 public:
  static constexpr std::size_t kMostBytes = 256U << 20U;
  /// A message is taken apart at any time, a long one or a compressed one when it has a turn, as it may take
  /// many times its length.
  static constexpr std::size_t kLong = 256 * 1024;

  /// A part of the room for messages that have not come whole, at first nothing.
  class Share {
   public:
    explicit Share(MessageRoom& room) : room_(&room) {}
    ~Share() { resize(0); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    /// False, and unchanged, if there is not as much room.
    bool resize(std::size_t bytes) {
      const std::lock_guard lock{room_->mutex_};
      if (bytes > bytes_ && bytes - bytes_ > room_->left_) return false;
      room_->left_ += bytes_;
      room_->left_ -= bytes;
      bytes_ = bytes;
      return true;
    }

   private:
    MessageRoom* room_;
    std::size_t bytes_ = 0;
  };

  /// Waits for a turn, which lasts as long as it does.
  class Turn {
   public:
    explicit Turn(MessageRoom& room) : room_(&room) { room_->turns_.acquire(); }
    ~Turn() { room_->turns_.release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    MessageRoom* room_;
  };

 private:
  std::mutex mutex_;
  std::size_t left_ = kMostBytes;  // under mutex_
  std::counting_semaphore<> turns_{4};
};

}  // namespace leakrig
