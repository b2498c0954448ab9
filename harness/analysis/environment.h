#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace leakrig {

/// Where and with what a run was measured. What is not known is empty or 0.
struct Machine;

struct Environment {
  std::string host;  ///< the machine's kind: "x86_64"
  std::string kernel;
  unsigned cpus = 0;
  std::string leakrig;  ///< the version that measured
  std::string compiler;
  std::string date;  ///< UTC, "2026-11-27T11:56:02Z"
  std::vector<Machine> machines;  ///< of a merged run whose shards were measured on several; else empty
};

/// One kind of machine among several, and the shards that were measured on it.
struct Machine {
  std::vector<unsigned> shards;  ///< from 1
  Environment where;
};

/// Of a run's record or a result.json; what it does not say, or says in another type, is not known.
Environment environment_of(const nlohmann::json& recorded);

/// What is known, as result.json has it.
nlohmann::json to_json(const Environment& environment);

}  // namespace leakrig
