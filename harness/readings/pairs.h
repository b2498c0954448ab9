#pragma once

#include "harness/readings/raw_table.h"

namespace leakrig {

/// Makes two columns of each that has two amounts in a cell, as docker stats writes them: "10.1MiB / 2GiB".
void split_pairs(RawTable& table);

}  // namespace leakrig
