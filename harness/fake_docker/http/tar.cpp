#include "harness/fake_docker/http/tar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <map>
#include <utility>
#include <variant>

#include "harness/core/content_coding.h"

namespace leakrig {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMostMembers = 20'000;

struct HeaderField {
  std::size_t at;
  std::size_t length;
};
constexpr HeaderField kName{0, 100};
constexpr HeaderField kMode{100, 8};
constexpr HeaderField kSize{124, 12};
constexpr HeaderField kChanged{136, 12};
constexpr HeaderField kChecksum{148, 8};
constexpr HeaderField kLinkName{157, 100};
constexpr HeaderField kPrefix{345, 155};
constexpr std::size_t kType = 156;

void put(std::array<char, kBlock>& block, HeaderField field, std::string_view text) {
  std::memcpy(block.data() + field.at, text.data(), std::min(text.size(), field.length));
}

void append_header(std::string& archive, const std::string& name, char type, std::uint32_t mode, std::size_t size, Nanos changed,
                   std::string_view link) {
  std::array<char, kBlock> block{};
  put(block, kName, name);
  put(block, kMode, fmt::format("{:07o}", mode));
  put(block, {108, 8}, "0000000");
  put(block, {116, 8}, "0000000");
  put(block, kSize, fmt::format("{:011o}", size));
  put(block, kChanged, fmt::format("{:011o}", std::max<std::int64_t>(0, changed / std::chrono::seconds{1})));
  put(block, kChecksum, "        ");
  block[kType] = type;
  put(block, kLinkName, link);
  put(block, {257, 8}, std::string_view{"ustar\00000", 8});
  put(block, {265, 32}, "root");
  put(block, {297, 32}, "root");
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(block, kChecksum, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  archive.append(block.data(), block.size());
}

void append_content(std::string& archive, std::string_view content) {
  archive += content;
  archive.append((kBlock - content.size() % kBlock) % kBlock, '\0');
}

std::string pax_record(std::string_view key, std::string_view value) {
  // The length counts itself.
  const auto rest = key.size() + value.size() + 3;
  auto length = rest + std::to_string(rest).size();
  if (std::to_string(length).size() != std::to_string(rest).size()) length = rest + std::to_string(length).size();
  return fmt::format("{} {}={}\n", length, key, value);
}

std::map<std::string, std::string> pax_records(std::string_view text) {
  std::map<std::string, std::string> records;
  while (!text.empty()) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || length <= digits + 2 || length > text.size()) break;
    const auto record = text.substr(digits + 1, length - digits - 2);
    const auto equals = record.find('=');
    if (equals != std::string_view::npos) records[std::string{record.substr(0, equals)}] = record.substr(equals + 1);
    text.remove_prefix(length);
  }
  return records;
}

std::string_view text_of(std::string_view block, HeaderField field) {
  const auto text = block.substr(field.at, field.length);
  return text.substr(0, std::min(text.find('\0'), text.size()));
}

std::uint64_t octal_of(std::string_view block, HeaderField field) {
  auto text = text_of(block, field);
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, 8);
  return value;
}

bool checks(std::string_view block) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const bool is_checksum = i >= kChecksum.at && i < kChecksum.at + kChecksum.length;
    sum += is_checksum ? ' ' : static_cast<unsigned char>(block[i]);
  }
  return sum == octal_of(block, kChecksum);
}

}  // namespace

void append_tar(std::string& archive, const TarEntry& entry) {
  const bool is_file = entry.kind == TarEntry::Kind::file;
  auto name = entry.name + (entry.kind == TarEntry::Kind::directory && !entry.name.ends_with('/') ? "/" : "");
  const auto link = entry.kind == TarEntry::Kind::link ? entry.content : std::string{};
  if (name.size() > kName.length || link.size() > kLinkName.length) {
    std::string records = pax_record("path", name);
    if (!link.empty()) records += pax_record("linkpath", link);
    append_header(archive, "PaxHeaders.0/" + name.substr(0, 80), 'x', 0644, records.size(), entry.changed, {});
    append_content(archive, records);
    name.resize(std::min(name.size(), kName.length));
  }
  const char type = is_file ? '0' : entry.kind == TarEntry::Kind::directory ? '5' : '2';
  append_header(archive, name, type, entry.mode, is_file ? entry.content.size() : 0, entry.changed, link);
  if (is_file) append_content(archive, entry.content);
}

void end_tar(std::string& archive) {
  archive.append(2 * kBlock, '\0');
}

static std::optional<std::vector<TarEntry>> read_plain_tar(std::string_view archive) {
  std::vector<TarEntry> entries;
  if (!archive.empty() && archive.size() < kBlock) return std::nullopt;
  std::map<std::string, std::string> pax;
  std::string long_name;
  std::string long_link;
  while (archive.size() >= kBlock && entries.size() < kMostMembers) {
    const auto block = archive.substr(0, kBlock);
    archive.remove_prefix(kBlock);
    if (block.find_first_not_of('\0') == std::string_view::npos) break;
    if (!checks(block)) return std::nullopt;
    const char type = block[kType];
    const auto size = octal_of(block, kSize);
    if (size > archive.size()) return std::nullopt;
    const auto content = archive.substr(0, size);
    archive.remove_prefix(std::min<std::size_t>(archive.size(), (size + kBlock - 1) / kBlock * kBlock));
    if (type == 'x') {
      pax = pax_records(content);
    } else if (type == 'L' || type == 'K') {
      (type == 'L' ? long_name : long_link) = content.substr(0, std::min(content.find('\0'), content.size()));
    } else if (type == '0' || type == '\0' || type == '5' || type == '2') {
      TarEntry entry;
      const auto prefix = block.substr(257, 6) == std::string_view{"ustar\0", 6} ? text_of(block, kPrefix) : std::string_view{};
      entry.name = (prefix.empty() ? "" : std::string{prefix} + "/") + std::string{text_of(block, kName)};
      if (!long_name.empty()) entry.name = long_name;
      if (pax.count("path") != 0) entry.name = pax["path"];
      entry.kind = type == '5' || entry.name.ends_with('/') ? TarEntry::Kind::directory : type == '2' ? TarEntry::Kind::link : TarEntry::Kind::file;
      entry.mode = static_cast<std::uint32_t>(octal_of(block, kMode) & 07777U);
      entry.changed = std::chrono::seconds{static_cast<std::int64_t>(std::min<std::uint64_t>(octal_of(block, kChanged), 4'000'000'000U))};
      entry.content = content;
      if (entry.kind == TarEntry::Kind::link) {
        entry.content = long_link.empty() ? std::string{text_of(block, kLinkName)} : long_link;
        if (pax.count("linkpath") != 0) entry.content = pax["linkpath"];
      }
      entries.push_back(std::move(entry));
    }
    if (type != 'x' && type != 'g' && type != 'L' && type != 'K') {
      pax.clear();
      long_name.clear();
      long_link.clear();
    }
  }
  return entries;
}

std::optional<std::vector<TarEntry>> read_tar(const std::string& archive) {
  constexpr std::size_t kMostBytes = 32U << 20U;
  const std::string_view coding = archive.starts_with("\x1f\x8b") ? "gzip" : archive.starts_with("\x28\xb5\x2f\xfd") ? "zstd" : "";
  if (coding.empty()) return read_plain_tar(archive);
  const auto decoded = decoded_body(coding, archive, kMostBytes);
  const auto* const plain = std::get_if<std::string>(&decoded);
  return plain == nullptr ? std::nullopt : read_plain_tar(*plain);
}

}  // namespace leakrig
