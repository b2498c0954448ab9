#pragma once

namespace leakrig {

/// `later` on top of `earlier`, both JSON merge patches (RFC 7396): applying the result is applying one after
/// the other. Unlike merge_patch(), a null of `later`, which deletes a key, remains one.
template <typename Json>
void compose_patches(Json& earlier, const Json& later) {
  for (const auto& [key, value] : later.items()) {
    if (value.is_object() && earlier.contains(key) && earlier[key].is_object()) {
      compose_patches(earlier[key], value);
    } else {
      earlier[key] = value;
    }
  }
}

}  // namespace leakrig
