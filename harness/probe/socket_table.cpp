#include "harness/probe/socket_table.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "harness/core/text_fields.h"

namespace leakrig {
namespace {

/// "0100007F:0050" (an address as the kernel keeps it, a port) as "127.0.0.1:80".
std::optional<std::string> endpoint(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto address = text.substr(0, colon);
  const auto port = whole_number<unsigned>(text.substr(colon + 1), 16);
  if (!port || (address.size() != 8 && address.size() != 32)) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  for (std::size_t word = 0; word < address.size(); word += 8) {  // words in this machine's byte order
    const auto value = whole_number<std::uint32_t>(address.substr(word, 8), 16);
    if (!value) return std::nullopt;
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(*value >> shift));
  }
  return format_endpoint(bytes.data(), bytes.size(), *port);
}

}  // namespace

const char* tcp_state_name(unsigned state) {
  constexpr std::array kNames{"established", "syn_sent",   "syn_recv", "fin_wait1", "fin_wait2", "time_wait",
                              "close",       "close_wait", "last_ack", "listen",    "closing",   "syn_recv"};
  return state >= 1 && state <= kNames.size() ? kNames[state - 1] : "";
}

std::string format_endpoint(const std::uint8_t* bytes, std::size_t size, unsigned port) {
  // An IPv4 address, bare or mapped into IPv6.
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (size == 16 && std::equal(kMapped.begin(), kMapped.end(), bytes)) {
    bytes += 12;
    size = 4;
  }
  if (size == 4) return fmt::format("{}.{}.{}.{}:{}", bytes[0], bytes[1], bytes[2], bytes[3], port);
  std::array<char, 46> text{};
  if (size != 16 || ::inet_ntop(AF_INET6, bytes, text.data(), text.size()) == nullptr) return {};
  return fmt::format("[{}]:{}", text.data(), port);
}

void parse_net_unix(std::string_view text, SocketTable& table) {
  next_line(text);  // Num RefCount Protocol Flags Type St Inode Path
  while (!text.empty()) {
    auto line = next_line(text);
    for (int skipped = 0; skipped < 3; ++skipped) next_word(line);
    const auto flags = whole_number<unsigned>(next_word(line), 16);
    next_word(line);
    const auto state = whole_number<unsigned>(next_word(line), 16);
    const auto inode = whole_number<std::uint64_t>(next_word(line));
    if (!flags || !state || !inode) continue;
    constexpr unsigned kListening = 0x10000;  // __SO_ACCEPTCON
    SocketInfo info;
    info.family = "unix";
    info.state = (*flags & kListening) != 0 ? "listen" : *state == 3 ? "established" : "unconnected";
    if (line.starts_with(' ')) info.local = std::string{line.substr(1)};
    table[*inode] = std::move(info);
  }
}

void parse_net_inet(std::string_view text, const std::string& family, SocketTable& table) {
  const bool stream = family.starts_with("tcp");
  next_line(text);  // sl local_address rem_address st tx_queue:rx_queue tr:when retrnsmt uid timeout inode
  while (!text.empty()) {
    auto line = next_line(text);
    next_word(line);
    const auto local = endpoint(next_word(line));
    const auto remote = endpoint(next_word(line));
    const auto state = whole_number<unsigned>(next_word(line), 16);
    for (int skipped = 0; skipped < 5; ++skipped) next_word(line);
    const auto inode = whole_number<std::uint64_t>(next_word(line));
    if (!local || !remote || !state || !inode || *inode == 0) continue;  // 0: no process holds it any more
    SocketInfo info;
    info.family = family;
    if (stream) info.state = tcp_state_name(*state);
    info.local = *local;
    if (!remote->ends_with(":0")) info.peer = *remote;
    table[*inode] = std::move(info);
  }
}

}  // namespace leakrig
