#pragma once

#include "harness/fake_docker/http/message.h"

namespace leakrig {

/// The range of API versions that is served.
struct ApiWindow {
  ApiMinor least = 24;
  ApiMinor most = 47;
};

}  // namespace leakrig
