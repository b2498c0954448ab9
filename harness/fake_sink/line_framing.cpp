#include "harness/fake_sink/line_framing.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace leakrig {
namespace {

constexpr std::size_t kMostDigits = 9;

struct OctetCount {
  std::size_t digits = 0;
  std::size_t octets = 0;
};

/// "123 <" at the front: the blank must be there to tell a count from a line that begins with a number.
OctetCount octet_count(std::string_view text) {
  OctetCount count;
  while (count.digits < text.size() && count.digits < kMostDigits && text[count.digits] >= '0' &&
         text[count.digits] <= '9')
    ++count.digits;
  const auto behind = text.substr(count.digits);
  if (count.digits == 0 || !behind.starts_with(" <")) return {};
  std::from_chars(text.data(), text.data() + count.digits, count.octets);
  return count;
}

}  // namespace

std::vector<std::string> LineFraming::take(std::string_view bytes) {
  unread_ += bytes;
  std::vector<std::string> messages;
  while (take_counted(messages) || take_delimited(messages)) {
  }
  return messages;
}

bool LineFraming::take_counted(std::vector<std::string>& messages) {
  const auto count = octet_count(unread_);
  if (count.octets == 0 || count.octets > longest_) return false;
  const auto head = count.digits + 1;
  if (unread_.size() < head + count.octets) return false;
  messages.push_back(unread_.substr(head, count.octets));
  unread_.erase(0, head + count.octets);
  looked_at_ = 0;
  return true;
}

bool LineFraming::take_delimited(std::vector<std::string>& messages) {
  const auto count = octet_count(unread_);
  if (count.octets != 0 && count.octets <= longest_) return false;  // the rest of it has not come
  auto end = unread_.find_first_of(std::string_view{"\n\0", 2}, looked_at_);
  if (end == std::string::npos && unread_.size() < longest_) {
    looked_at_ = unread_.size();
    return false;
  }
  looked_at_ = 0;
  const bool delimited = end <= longest_;
  end = std::min(end, longest_);
  auto message = unread_.substr(0, end);
  unread_.erase(0, end + (delimited ? 1 : 0));
  if (message.ends_with('\r')) message.pop_back();
  if (!message.empty()) messages.push_back(std::move(message));
  return true;
}

std::string LineFraming::rest() {
  looked_at_ = 0;
  return std::exchange(unread_, {});
}

}  // namespace leakrig
