#pragma once

#include <memory>

#include "harness/readings/text_input.h"

namespace leakrig {

/// `source` as UTF-8: if it begins with a byte-order mark of UTF-16 (as PowerShell's `>` writes), it is
/// converted.
std::unique_ptr<ByteSource> utf8_of(std::unique_ptr<ByteSource> source);

}  // namespace leakrig
