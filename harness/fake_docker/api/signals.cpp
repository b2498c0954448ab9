#include "harness/fake_docker/api/signals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <csignal>
#include <string>

#include "harness/fake_docker/http/errors.h"

namespace leakrig::api {
namespace {

struct SignalName {
  std::string_view name;
  int number;
};
constexpr std::array kSignals{
    SignalName{"HUP", SIGHUP},   SignalName{"INT", SIGINT},   SignalName{"QUIT", SIGQUIT},
    SignalName{"ABRT", SIGABRT}, SignalName{"KILL", SIGKILL}, SignalName{"USR1", SIGUSR1},
    SignalName{"USR2", SIGUSR2}, SignalName{"TERM", SIGTERM}, SignalName{"CHLD", SIGCHLD},
    SignalName{"CONT", SIGCONT}, SignalName{"STOP", SIGSTOP}, SignalName{"WINCH", SIGWINCH},
    SignalName{"PIPE", SIGPIPE}, SignalName{"ALRM", SIGALRM}, SignalName{"SEGV", SIGSEGV},
    SignalName{"ILL", SIGILL},   SignalName{"TRAP", SIGTRAP}, SignalName{"BUS", SIGBUS},
    SignalName{"FPE", SIGFPE},   SignalName{"TSTP", SIGTSTP}, SignalName{"TTIN", SIGTTIN},
    SignalName{"TTOU", SIGTTOU}, SignalName{"URG", SIGURG},   SignalName{"XCPU", SIGXCPU},
    SignalName{"XFSZ", SIGXFSZ}, SignalName{"VTALRM", SIGVTALRM}, SignalName{"PROF", SIGPROF},
    SignalName{"IO", SIGIO},     SignalName{"PWR", SIGPWR},   SignalName{"SYS", SIGSYS}, SignalName{"STKFLT", SIGSTKFLT}};

}  // namespace

int parse_signal(std::string_view text, int otherwise) {
  if (text.empty()) return otherwise;
  int number = 0;
  const auto* const last = text.data() + text.size();
  if (const auto [end, error] = std::from_chars(text.data(), last, number);
      error == std::errc{} && end == last) {
    if (number > 0 && number <= 64) return number;
  }
  auto name = text.starts_with("SIG") ? text.substr(3) : text;
  for (const auto& signal : kSignals) {
    if (signal.name == name) return signal.number;
  }
  throw api_error::bad_parameter(fmt::format("invalid signal: {}", text));
}

}  // namespace leakrig::api
