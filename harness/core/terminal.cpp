#include "harness/core/terminal.h"

#include <sys/ioctl.h>

#include <algorithm>
#include <cstdlib>

namespace leakrig {

std::size_t terminal_columns(int fd) {
  constexpr std::size_t kNarrowest = 40;
  constexpr std::size_t kUsual = 80;
  const char* setting = std::getenv("COLUMNS");
  const int columns = setting == nullptr ? 0 : std::atoi(setting);
  if (columns > 0) return std::max(kNarrowest, static_cast<std::size_t>(columns));
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return std::max<std::size_t>(kNarrowest, size.ws_col);
  return kUsual;
}

}  // namespace leakrig
