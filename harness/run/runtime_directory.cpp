#include "harness/run/runtime_directory.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/un.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "harness/core/error.h"

namespace leakrig {

RuntimeDirectory::RuntimeDirectory(Guardian& guardian) : guardian_(guardian) {
  std::error_code ec;
  std::filesystem::path base = std::filesystem::temp_directory_path(ec);
  constexpr std::size_t kSocketName = sizeof "/leakrig-XXXXXX/docker.sock";
  if (ec || base.string().size() + kSocketName > sizeof(sockaddr_un::sun_path)) base = "/tmp";
  std::string pattern = (base / "leakrig-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(fmt::format("cannot make a directory in {}: {}", base.string(),
                            std::generic_category().message(errno)));
  }
  path_ = pattern;
  guardian_.add_directory(path_);
}

RuntimeDirectory::~RuntimeDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  guardian_.forget_directory(path_);
}

}  // namespace leakrig
