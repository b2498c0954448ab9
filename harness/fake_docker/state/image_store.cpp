#include "harness/fake_docker/state/image_store.h"

#include <algorithm>
#include <utility>

#include "harness/fleet/container_identity.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostImages = 2000;

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

void ImageStore::add(std::string_view reference, const std::vector<std::string>& command) {
  auto name = with_tag(reference);
  if (images_.size() >= kMostImages) return;
  auto id = "sha256:" + seeded_hex_id(0, "image/" + name);
  images_.emplace(std::move(name), Image{std::move(id), command});
}

std::map<std::string, ImageStore::Image>::const_iterator ImageStore::find(std::string_view reference) const {
  if (const auto named = images_.find(with_tag(reference)); named != images_.end()) return named;
  const auto digits = reference.starts_with("sha256:") ? reference.substr(7) : reference;
  if (digits.size() < 4) return images_.end();
  return std::find_if(images_.begin(), images_.end(), [digits](const auto& each) {
    return std::string_view{each.second.id}.substr(7).starts_with(digits);
  });
}

}  // namespace leakrig
