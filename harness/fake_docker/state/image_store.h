#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/clock.h"

namespace leakrig {

/// The images that the daemon has: those of the fleet, and those that clients pulled. Any image can be
/// pulled.
class ImageStore {
 public:
  struct Image {
    std::string id;                       ///< "sha256:..."
    std::vector<std::string> entrypoint;  ///< of a container that says nothing else
    std::vector<std::string> command;
    std::vector<std::string> exposed;  ///< "80/tcp"
    std::vector<std::string> volumes;
    std::map<std::string, std::string> labels;
    Nanos created{0};  ///< since the epoch
    std::string digest;  ///< "sha256:..." of what was pulled; empty: it was made here
  };
  /// "nginx" and "docker.io/library/nginx" are "nginx:latest".
  static std::string with_tag(std::string_view reference);
  /// Without tag and digest.
  static std::string repository_of(std::string_view name);
  static std::string tag_of(std::string_view name);

  /// As its name says (a base image has a shell, nginx serves on port 80), unless `command` is given.
  void add(std::string_view reference, const std::vector<std::string>& command = {});
  /// Another name for the same, or an image that was made here.
  void name(std::string_view reference, Image image);
  void remove(const std::string& name) { images_.erase(name); }
  /// By reference or id, whole or the beginning of one; end() if there is none.
  std::map<std::string, Image>::const_iterator find(std::string_view reference) const;
  const std::map<std::string, Image>& all() const { return images_; }
  /// The names of an image, by its id.
  std::vector<std::string> names(const std::string& id) const;

 private:
  std::map<std::string, Image> images_;  ///< by name with tag
};

}  // namespace leakrig
