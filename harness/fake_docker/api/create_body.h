#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "harness/fake_docker/api/json_reply.h"

namespace leakrig::api {

/// Any request's JSON body within bounds: 1 MiB, 100 deep. Throws ApiError 400 as dockerd words it.
nlohmann::json read_body(const std::string& text);

/// The body of a create request, decoded as dockerd does: fields that it does not know are ignored, ones of a wrong
/// type refused. Throws ApiError 400.
nlohmann::json read_create_body(const std::string& text);

/// Throws ApiError 400 for a HostConfig, or a part of one, with a field of a wrong type.
void check_host_fields(const nlohmann::json& host);

/// Puts what a create request said into the Config and HostConfig that inspect answers, which hold dockerd's defaults.
/// `given` has passed read_create_body().
void repeat_given(const nlohmann::json& given, json& config, json& host_config);

/// The member `key` of an object, or null.
const nlohmann::json& member(const nlohmann::json& object, const char* key);
/// A string or list of strings, as Docker takes one for the other; empty if absent.
std::vector<std::string> words_at(const nlohmann::json& object, const char* key);
std::string text_at(const nlohmann::json& object, const char* key);
/// A whole number; 0 if absent.
long long number_at(const nlohmann::json& object, const char* key);
bool flag_at(const nlohmann::json& object, const char* key);

}  // namespace leakrig::api
