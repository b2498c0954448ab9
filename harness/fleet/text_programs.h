#pragma once

#include "harness/fleet/programs.h"

namespace leakrig {

/// echo, printf, seq, wc, grep, head, tail, sort, tr, test and their like: text in, text out, as far as tests of Docker's
/// clients go.
ProgramResult run_text_program(ProgramCall& call);
/// ls, mkdir, touch, rm, cp and their like.
ProgramResult run_file_program(ProgramCall& call);

}  // namespace leakrig
