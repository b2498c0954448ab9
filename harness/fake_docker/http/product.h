#pragma once

#include <string_view>

#include "harness/fake_docker/http/message.h"

namespace leakrig {

/// An engine as it was released: what a daemon of this version says it is.
struct Product {
  std::string_view name;  ///< of --engine
  std::string_view version;
  ApiMinor most;
  ApiMinor least;
  std::string_view git_commit;
  std::string_view go_version;
  std::string_view build_time;
};

/// The engine whose newest API this is, or the newest before it.
const Product& product_of(ApiMinor most);
/// Of a name; nullptr if there is none.
const Product* find_product(std::string_view name);
/// All names, for a message.
std::string_view product_names();

namespace product {
inline constexpr const char* kKernelVersion = "6.1.0-28-amd64";
inline constexpr const char* kOperatingSystem = "Debian GNU/Linux 12 (bookworm)";
}  // namespace product
}  // namespace leakrig
