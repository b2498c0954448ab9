#include "harness/fleet/file_tree.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace leakrig {
namespace {

/// What an entry costs beside its content: a node of the map, its strings, and the time that it takes to list.
constexpr std::size_t kEntryBytes = 512;
/// What one command may copy.
constexpr std::uint64_t kMostWork = 64U << 20U;

constexpr std::array<std::string_view, 19> kDirectories{
    "/",     "/bin", "/dev", "/etc",     "/home",    "/lib",  "/mnt",     "/opt", "/proc", "/root",
    "/sbin", "/srv", "/sys", "/tmp",     "/usr",     "/usr/bin", "/usr/local", "/var", "/var/log"};

struct ImageFile {
  std::string_view path;
  std::string_view content;
  std::uint32_t mode;
};
constexpr std::array<ImageFile, 7> kFiles{
    ImageFile{"/bin/busybox", "\x7f"
                              "ELF",
              0755},
    ImageFile{"/bin/sh", "\x7f"
                         "ELF",
              0755},
    ImageFile{"/etc/group", "root:x:0:root\nnobody:x:65534:\n", 0644},
    ImageFile{"/etc/hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n", 0644},
    ImageFile{"/etc/os-release",
              "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME=\"Alpine Linux v3.20\"\n", 0644},
    ImageFile{"/etc/passwd",
              "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n", 0644},
    ImageFile{"/etc/resolv.conf", "nameserver 127.0.0.11\noptions ndots:0\n", 0644}};

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::optional<FileEntry> of_the_image(std::string_view path, const std::string& hostname) {
  if (std::find(kDirectories.begin(), kDirectories.end(), path) != kDirectories.end())
    return FileEntry{FileEntry::Kind::directory, path == "/tmp" ? 01777U : 0755U, {}, {}};
  if (path == "/etc/hostname") return FileEntry{FileEntry::Kind::file, 0644, hostname + "\n", {}};
  for (const auto& file : kFiles) {
    if (file.path == path) return FileEntry{FileEntry::Kind::file, file.mode, std::string{file.content}, {}};
  }
  return std::nullopt;
}

bool is_below(std::string_view path, std::string_view directory) {
  if (directory == "/") return path.size() > 1;
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

}  // namespace

FileTree::FileTree(std::string hostname, std::optional<MemoryBudget::Share> space)
    : hostname_(std::move(hostname)), space_(std::move(space)) {}

bool FileTree::resize(std::size_t bytes) {
  if (bytes > bytes_ && (bytes > kMostBytes || (space_ && !space_->resize(bytes)))) return false;
  if (bytes <= bytes_ && space_) space_->resize(bytes);
  bytes_ = bytes;
  return true;
}

std::string FileTree::clean_path(std::string_view path, std::string_view base) {
  std::vector<std::string_view> parts;
  const auto add = [&parts](std::string_view text) {
    while (!text.empty()) {
      const auto slash = text.find('/');
      const auto part = text.substr(0, slash);
      text = slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1);
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(part);
      } else if (!parts.empty()) {
        parts.pop_back();
      }
    }
  };
  if (!path.starts_with('/')) add(base);
  add(path);
  std::string clean;
  for (const auto part : parts) (clean += '/') += part;
  return clean.empty() ? "/" : clean;
}

const FileEntry* FileTree::find(const std::string& path, bool follow) const {
  if (path.size() > kLongestPath) return nullptr;
  auto place = path;
  constexpr int kMostLinks = 8;
  for (int links = 0; links <= kMostLinks; ++links) {
    const auto written = over_.find(place);
    const FileEntry* entry = nullptr;
    if (written != over_.end()) {
      if (written->second) entry = &*written->second;
    } else if (const auto known = of_image_.find(place); known != of_image_.end()) {
      entry = &known->second;
    } else if (auto made = of_the_image(place, hostname_)) {
      entry = &of_image_.emplace(place, std::move(*made)).first->second;
    }
    work_ += kEntryBytes;
    if (!entry || entry->kind != FileEntry::Kind::link || !follow) return entry;
    place = clean_path(entry->content, parent_of(place));
  }
  return nullptr;
}

std::string FileTree::text(const std::string& path) const {
  const auto* const entry = find(path);
  return entry == nullptr ? std::string{} : entry->content;
}

bool FileTree::is_directory(const std::string& path) const {
  const auto* const entry = find(path);
  return entry != nullptr && entry->kind == FileEntry::Kind::directory;
}

bool FileTree::put(const std::string& path, FileEntry entry) {
  if (path == "/") return entry.kind == FileEntry::Kind::directory;
  if (path.size() > kLongestPath || work_ > kMostWork) return false;
  const auto parent = parent_of(path);
  const auto* const above = find(parent);
  if (above != nullptr && above->kind != FileEntry::Kind::directory) return false;
  if (above == nullptr && !put(parent, {FileEntry::Kind::directory, 0755, {}, entry.changed})) return false;
  const auto old = over_.find(path);
  const auto held = old != over_.end() && old->second ? old->second->content.size() : 0;
  const auto cost = entry.content.size() + (old == over_.end() ? path.size() + kEntryBytes : 0);
  work_ += path.size() + cost;
  if (!resize(bytes_ - held + cost)) return false;
  over_[path] = std::move(entry);
  return true;
}

bool FileTree::append(const std::string& path, std::string_view text, Nanos now) {
  const auto old = over_.find(path);
  if (old != over_.end() && old->second && old->second->kind == FileEntry::Kind::file) {
    // In its place, as a script may append to a long file line by line.
    if (!resize(bytes_ + text.size())) return false;
    work_ += kEntryBytes + text.size();
    old->second->content += text;
    old->second->changed = now;
    return true;
  }
  const auto* const found = find(path);
  auto entry = found == nullptr ? FileEntry{} : *found;
  if (entry.kind != FileEntry::Kind::file) return false;
  entry.content += text;
  entry.changed = now;
  return put(path, std::move(entry));
}

bool FileTree::remove(const std::string& path) {
  const auto all = below(path);
  for (const auto& each : all) {
    const auto written = over_.find(each);
    if (written != over_.end()) {
      resize(bytes_ - ((written->second ? written->second->content.size() : 0) + each.size() + kEntryBytes));
      over_.erase(written);
    }
    if (!of_the_image(each, hostname_)) continue;
    if (resize(bytes_ + each.size() + kEntryBytes)) over_[each] = std::nullopt;
  }
  return !all.empty();
}

std::vector<std::string> FileTree::below(const std::string& path) const {
  std::set<std::string> found;
  if (work_ > kMostWork) return {};
  const auto consider = [&](std::string_view each) {
    work_ += kEntryBytes;
    if (each == path || is_below(each, path)) found.emplace(each);
  };
  for (const auto each : kDirectories) consider(each);
  for (const auto& file : kFiles) consider(file.path);
  consider("/etc/hostname");
  for (auto each = over_.lower_bound(path); each != over_.end(); ++each) {
    if (each->first != path && !is_below(each->first, path) && !each->first.starts_with(path)) break;
    consider(each->first);
  }
  std::erase_if(found, [this](const std::string& each) {
    const auto written = over_.find(each);
    return written != over_.end() && !written->second;
  });
  return {found.begin(), found.end()};
}

std::vector<std::string> FileTree::names(const std::string& directory) const {
  std::vector<std::string> list;
  const auto skip = directory == "/" ? 1 : directory.size() + 1;
  for (const auto& each : below(directory)) {
    if (each.size() <= skip || each.find('/', skip) != std::string::npos) continue;
    list.push_back(each.substr(skip));
  }
  return list;
}

std::vector<std::pair<std::string, char>> FileTree::changes() const {
  std::map<std::string, char> list;
  for (const auto& [path, entry] : over_) {
    list[path] = !entry ? 'D' : of_the_image(path, hostname_) ? 'C' : 'A';
    for (auto above = parent_of(path); above != "/" && list.count(above) == 0; above = parent_of(above)) list[above] = 'C';
  }
  return {list.begin(), list.end()};
}

}  // namespace leakrig
