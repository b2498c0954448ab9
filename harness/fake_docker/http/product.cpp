#include "harness/fake_docker/http/product.h"

#include <array>

namespace leakrig {
namespace {

// API versions from moby's docs/api/version-history.md and each branch's api/common.go.
constexpr std::array kProducts{
    Product{"20.10", "20.10.24", 41, 12, "5d6db84", "go1.19.7", "2023-04-04T18:18:21.000000000+00:00"},
    Product{"24", "24.0.9", 43, 12, "fca702d", "go1.20.13", "2024-02-01T00:48:39.000000000+00:00"},
    Product{"27.5", "27.5.1", 47, 24, "4c9b3b0", "go1.22.11", "2025-01-22T13:41:48.000000000+00:00"},
    Product{"28", "28.5.1", 51, 24, "f8215cc", "go1.24.8", "2025-10-08T12:17:26.000000000+00:00"},
    Product{"29", "29.0.0", 52, 44, "d105562", "go1.25.4", "2025-11-10T21:49:37.000000000+00:00"}};

}  // namespace

const Product& product_of(ApiMinor most) {
  const Product* found = &kProducts.front();
  for (const auto& product : kProducts) {
    if (product.most <= most) found = &product;
  }
  return *found;
}

const Product* find_product(std::string_view name) {
  for (const auto& product : kProducts) {
    if (product.name == name) return &product;
  }
  return nullptr;
}

std::string_view product_names() {
  return "20.10, 24, 27.5, 28, 29";
}

}  // namespace leakrig
