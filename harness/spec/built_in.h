#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace leakrig {

/// The scenarios that are compiled in, so that a copied program runs them without any file: those that need
/// no program beside the built-in collector. They stand in a directory that exists only here, kBuiltIn.
inline constexpr const char* kBuiltIn = "(built in)";

/// Their paths, kBuiltIn/NAME.json, by name.
std::vector<std::filesystem::path> built_in_scenarios();

/// The text of one; nothing for any other path.
std::optional<std::string_view> built_in_text(const std::filesystem::path& file);

}  // namespace leakrig
