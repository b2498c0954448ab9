#include "harness/readings/iso_time.h"

#include <time.h>

#include <cstdio>

namespace leakrig {

std::optional<double> parse_iso8601(const std::string& text) {
  tm parts{};
  const char* at = ::strptime(text.c_str(), "%Y-%m-%d", &parts);
  if (at == nullptr || (*at != 'T' && *at != ' ')) return std::nullopt;
  at = ::strptime(at + 1, "%H:%M:%S", &parts);
  if (at == nullptr) return std::nullopt;
  double seconds = static_cast<double>(::timegm(&parts));
  if (*at == '.' || *at == ',') {
    double unit = 0.1;
    for (++at; *at >= '0' && *at <= '9'; ++at, unit /= 10) seconds += unit * (*at - '0');
  }
  if (*at == '\0' || (*at == 'Z' && at[1] == '\0')) return seconds;
  int hours = 0;
  int minutes = 0;
  char end = '\0';
  if ((*at != '+' && *at != '-') || ::sscanf(at + 1, "%2d:%2d%c", &hours, &minutes, &end) != 2)
    return std::nullopt;
  const double offset = hours * 3600.0 + minutes * 60.0;
  return *at == '+' ? seconds - offset : seconds + offset;
}

}  // namespace leakrig
