#!/bin/sh
# Makes the engine's table of the README on the published seed: scripts may be told how many traces a cell.
#   tests/bench/error_rates/table.sh [TRACES]
set -e
cd "$(dirname "$0")/../../.."
cmake --preset release -DLEAKRIG_BENCHMARKS=ON >/dev/null
cmake --build build/release --target error_rates
build/release/error_rates --table --minutes 5 --traces "${1:-2000}" --seed 20261127
