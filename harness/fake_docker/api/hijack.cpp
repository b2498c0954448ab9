#include "harness/fake_docker/api/hijack.h"

namespace leakrig::api {
namespace {

constexpr ApiMinor kMultiplexedSince = 42;

}  // namespace

std::string stream_content_type(bool is_framed, ApiMinor api_minor) {
  return is_framed && api_minor >= kMultiplexedSince ? "application/vnd.docker.multiplexed-stream"
                                                     : "application/vnd.docker.raw-stream";
}

std::string framed(int stream, std::string bytes, bool is_framed) {
  if (!is_framed || bytes.empty()) return bytes;
  std::string header(8, '\0');
  header[0] = static_cast<char>(stream);
  for (std::size_t i = 0; i < 4; ++i) header[7 - i] = static_cast<char>(bytes.size() >> (8 * i));
  return header + bytes;
}

}  // namespace leakrig::api
