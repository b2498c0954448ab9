#include "harness/spec/docker_endpoints.h"

#include <array>

namespace leakrig {
namespace {

constexpr std::array<std::string_view, 38> kEndpoints{
    "GET /_ping",
    "HEAD /_ping",
    "GET /version",
    "GET /info",
    "GET /events",
    "GET /system/df",
    "GET /containers/json",
    "POST /containers/create",
    "POST /containers/prune",
    "GET /containers/{id}/json",
    "GET /containers/{id}/logs",
    "GET /containers/{id}/logs?follow=1",
    "GET /containers/{id}/stats",
    "GET /containers/{id}/top",
    "GET /containers/{id}/changes",
    "POST /containers/{id}/start",
    "POST /containers/{id}/stop",
    "POST /containers/{id}/restart",
    "POST /containers/{id}/kill",
    "POST /containers/{id}/pause",
    "POST /containers/{id}/unpause",
    "POST /containers/{id}/rename",
    "POST /containers/{id}/wait",
    "POST /containers/{id}/attach",
    "POST /containers/{id}/resize",
    "POST /containers/{id}/exec",
    "DELETE /containers/{id}",
    "POST /exec/{id}/start",
    "POST /exec/{id}/resize",
    "GET /exec/{id}/json",
    "GET /images/json",
    "POST /images/create",
    "GET /images/{name}/json",
    "DELETE /images/{name}",
    "GET /networks",
    "GET /networks/{id}",
    "GET /volumes",
    "GET /volumes/{id}",
};

}  // namespace

std::span<const std::string_view> docker_endpoints() {
  return kEndpoints;
}

}  // namespace leakrig
