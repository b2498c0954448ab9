#pragma once

#include <span>
#include <string_view>

namespace leakrig {

/// The names of all endpoints of Docker's API as faults and the ledger use them, in the order of the routes
/// table: "GET /containers/{id}/logs", "GET /containers/{id}/logs?follow=1". Static.
std::span<const std::string_view> endpoint_names();

}  // namespace leakrig
