#include <malloc.h>

#include "harness/cli/application.h"

int main(int argc, char** argv) {
  // Long answers and bodies go back to the system when they are freed; by itself the limit grows to 32 MiB.
  ::mallopt(M_MMAP_THRESHOLD, 2 << 20);
  return leakrig::run_application(argc, argv);
}
