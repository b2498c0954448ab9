#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace leakrig {

/// The images that the daemon has: those of the fleet, and those that clients pulled. Any image can be
/// pulled.
class ImageStore {
 public:
  struct Image {
    std::string id;                    ///< "sha256:..."
    std::vector<std::string> command;  ///< what runs if a container says nothing else
  };
  /// "nginx" and "docker.io/library/nginx" are "nginx:latest".
  static std::string with_tag(std::string_view reference);

  void add(std::string_view reference, const std::vector<std::string>& command);
  void remove(const std::string& name) { images_.erase(name); }
  /// By reference or id, whole or the beginning of one; end() if there is none.
  std::map<std::string, Image>::const_iterator find(std::string_view reference) const;
  const std::map<std::string, Image>& all() const { return images_; }

 private:
  std::map<std::string, Image> images_;  ///< by name with tag
};

}  // namespace leakrig
