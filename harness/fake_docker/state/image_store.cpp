#include "harness/fake_docker/state/image_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/fleet/container_identity.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostImages = 2000;
constexpr Nanos kBuiltAt = std::chrono::seconds{1735689600};  // 2025-01-01

/// What is known of images that tests like to run; words apart by spaces.
struct KnownImage {
  std::string_view repository;  ///< its last part
  std::string_view entrypoint;
  std::string_view command;
  std::string_view exposed;
  std::string_view volume;
};
constexpr std::array kKnownImages{
    KnownImage{"alpine", "", "/bin/sh", "", ""},
    KnownImage{"busybox", "", "sh", "", ""},
    KnownImage{"bash", "docker-entrypoint.sh", "bash", "", ""},
    KnownImage{"debian", "", "bash", "", ""},
    KnownImage{"ubuntu", "", "/bin/bash", "", ""},
    KnownImage{"fedora", "", "/bin/bash", "", ""},
    KnownImage{"centos", "", "/bin/bash", "", ""},
    KnownImage{"rockylinux", "", "/bin/bash", "", ""},
    KnownImage{"golang", "", "bash", "", ""},
    KnownImage{"hello-world", "", "/hello", "", ""},
    KnownImage{"pause", "/pause", "", "", ""},
    KnownImage{"nginx", "/docker-entrypoint.sh", "nginx -g daemon%off;", "80/tcp", ""},
    KnownImage{"httpd", "", "httpd-foreground", "80/tcp", ""},
    KnownImage{"redis", "docker-entrypoint.sh", "redis-server", "6379/tcp", "/data"},
    KnownImage{"postgres", "docker-entrypoint.sh", "postgres", "5432/tcp", "/var/lib/postgresql/data"},
    KnownImage{"mysql", "docker-entrypoint.sh", "mysqld", "3306/tcp 33060/tcp", "/var/lib/mysql"},
    KnownImage{"mariadb", "docker-entrypoint.sh", "mariadbd", "3306/tcp", "/var/lib/mysql"},
    KnownImage{"mongo", "docker-entrypoint.sh", "mongod", "27017/tcp", "/data/db"},
    KnownImage{"rabbitmq", "docker-entrypoint.sh", "rabbitmq-server", "5672/tcp 4369/tcp", ""},
    KnownImage{"memcached", "docker-entrypoint.sh", "memcached", "11211/tcp", ""},
    KnownImage{"registry", "/entrypoint.sh", "registry", "5000/tcp", "/var/lib/registry"},
    KnownImage{"python", "", "python3", "", ""},
    KnownImage{"node", "docker-entrypoint.sh", "node", "", ""},
    KnownImage{"ryuk", "", "/bin/ryuk", "8080/tcp", ""}};

std::vector<std::string> image_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto space = text.find(' ');
    words.emplace_back(text.substr(0, space));
    std::replace(words.back().begin(), words.back().end(), '%', ' ');
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
  return words;
}

}  // namespace

std::string ImageStore::with_tag(std::string_view reference) {
  // Docker Hub is understood.
  for (const std::string_view prefix : {"docker.io/", "index.docker.io/", "library/"}) {
    if (reference.starts_with(prefix)) reference.remove_prefix(prefix.size());
  }
  const auto slash = reference.rfind('/');
  const auto colon = reference.rfind(':');
  const bool tagged = colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  return tagged || reference.find('@') != std::string_view::npos ? std::string{reference}
                                                                 : std::string{reference} + ":latest";
}

std::string ImageStore::repository_of(std::string_view name) {
  if (const auto at = name.find('@'); at != std::string_view::npos) return std::string{name.substr(0, at)};
  const auto slash = name.rfind('/');
  const auto colon = name.rfind(':');
  const bool tagged = colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
  return std::string{tagged ? name.substr(0, colon) : name};
}

std::string ImageStore::tag_of(std::string_view name) {
  const auto repository = repository_of(name);
  return repository.size() < name.size() ? std::string{name.substr(repository.size() + 1)} : std::string{"latest"};
}

void ImageStore::add(std::string_view reference, const std::vector<std::string>& command) {
  auto name = with_tag(reference);
  if (images_.size() >= kMostImages) return;
  Image image;
  const auto repository = repository_of(name);
  const auto base = repository.substr(repository.rfind('/') + 1);
  const auto at = name.find('@');
  image.id = "sha256:" + seeded_hex_id(0, "image/" + name);
  image.digest = at != std::string::npos ? name.substr(at + 1) : "sha256:" + seeded_hex_id(0, "digest/" + name);
  image.created = kBuiltAt;
  const auto* const known =
      std::find_if(kKnownImages.begin(), kKnownImages.end(), [&](const KnownImage& each) { return each.repository == base; });
  if (!command.empty()) {
    image.command = command;
  } else if (known != kKnownImages.end()) {
    image.entrypoint = image_words(known->entrypoint);
    image.command = image_words(known->command);
    image.exposed = image_words(known->exposed);
    image.volumes = image_words(known->volume);
  } else {
    // Somebody's service.
    image.command = {"/app/" + base};
  }
  images_.emplace(std::move(name), std::move(image));
}

void ImageStore::name(std::string_view reference, Image image) {
  if (images_.size() >= kMostImages) return;
  images_[with_tag(reference)] = std::move(image);
}

std::vector<std::string> ImageStore::names(const std::string& id) const {
  std::vector<std::string> list;
  for (const auto& [name, image] : images_) {
    if (image.id == id) list.push_back(name);
  }
  return list;
}

std::map<std::string, ImageStore::Image>::const_iterator ImageStore::find(std::string_view reference) const {
  if (const auto named = images_.find(with_tag(reference)); named != images_.end()) return named;
  if (const auto at = reference.find('@'); at != std::string_view::npos) {
    return std::find_if(images_.begin(), images_.end(), [&](const auto& each) {
      return each.second.digest == reference.substr(at + 1);
    });
  }
  const auto digits = reference.starts_with("sha256:") ? reference.substr(7) : reference;
  if (digits.size() < 4) return images_.end();
  return std::find_if(images_.begin(), images_.end(), [digits](const auto& each) {
    return std::string_view{each.second.id}.substr(7).starts_with(digits);
  });
}

}  // namespace leakrig
