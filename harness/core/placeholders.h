#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace leakrig {

/// The placeholders of a text, in order and as they stand between their braces: "docker_host", "port:pprof".
/// One is a lower-case name in braces, with an argument behind a colon or without. "${name}" is a shell's and
/// "{{name}}" stands for "{name}" itself; neither is a placeholder, nor is any other brace.
std::vector<std::string> placeholders_in(std::string_view text);

/// The text with each placeholder of `values` replaced, once: what is put in is not looked at again. Those
/// that have no value stay; "{{name}}" becomes "{name}".
std::string fill_placeholders(std::string_view text, const std::map<std::string, std::string>& values);

}  // namespace leakrig
