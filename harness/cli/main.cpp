#include "harness/cli/application.h"

int main(int argc, char** argv) {
  return leakrig::run_application(argc, argv);
}
