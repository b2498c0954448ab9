#include "harness/fleet/process.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

namespace leakrig {
namespace {

using Kind = ShellStep::Kind;
using Next = ProgramResult::Next;

constexpr std::uint64_t kStepWork = 500;
/// Reading a script's text, by its bytes, and what its steps then take of memory.
constexpr std::uint64_t kReadWork = 40;
constexpr std::size_t kReadBytes = 64;
constexpr std::size_t kBytesACall = 256 * 1024;
constexpr int kDeepestScripts = 16;
/// What a script's variables may hold beyond its environment.
constexpr std::size_t kMostSet = 1U << 20U;

bool is_shell_name(std::string_view name) {
  return name == "sh" || name == "bash" || name == "ash" || name == "dash";
}

/// An image's entry point runs what it is given.
void skip_entrypoint(std::vector<std::string>& command) {
  while (command.size() > 1 && command[0].ends_with("entrypoint.sh")) command.erase(command.begin());
}

bool ends_by_default(int signal) {
  constexpr std::array kHarmless{0, SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
  return std::find(kHarmless.begin(), kHarmless.end(), signal) == kHarmless.end();
}

}  // namespace

Process::Process(ProcessSetup setup) : setup_(std::move(setup)), directory_(setup_.directory.empty() ? "/" : setup_.directory) {
  if (setup_.memory != nullptr) memory_ = setup_.memory->share();
  env_["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  env_["HOME"] = "/root";
  if (setup_.tty) env_["TERM"] = "xterm";
  const auto host = setup_.files->text("/etc/hostname");
  env_["HOSTNAME"] = host.substr(0, host.find('\n'));
  for (const auto& each : setup_.env) {
    const auto equals = each.find('=');
    if (equals != std::string::npos) env_[each.substr(0, equals)] = each.substr(equals + 1);
  }
  for (const auto& [name, value] : env_) env_bytes_ += name.size() + value.size();
  most_env_bytes_ = env_bytes_ + kMostSet;
  skip_entrypoint(setup_.command);
  const auto& command = setup_.command;
  if (command.size() >= 3 && is_shell_name(program_name(command[0])) && command[1].starts_with('-') && command[1].ends_with('c')) {
    arguments_.assign(command.begin() + std::min<std::ptrdiff_t>(3, static_cast<std::ptrdiff_t>(command.size())), command.end());
    if (arguments_.empty()) arguments_.push_back(command[0]);
    begin_script(command[2], true);
    return;
  }
  // One command, its words as they are.
  ShellStep step;
  for (const auto& word : command) step.words.push_back({ShellPart{ShellPart::Kind::text, word, true}});
  if (step.words.empty()) {
    end(0);
    return;
  }
  frames_.push_back({std::make_shared<const ShellProgram>(ShellProgram{std::move(step)}), 0, true, {}, 0});
}

std::string Process::refusal(std::vector<std::string> command, const FileTree& files) {
  skip_entrypoint(command);
  if (command.empty() || is_program(command[0], files)) return {};
  if (command[0].find('/') == std::string::npos) return fmt::format("exec: \"{}\": executable file not found in $PATH", command[0]);
  const auto* const file = files.find(FileTree::clean_path(command[0]));
  if (file && file->kind == FileEntry::Kind::directory) return fmt::format("exec: \"{}\": is a directory", command[0]);
  if (file) return fmt::format("exec: \"{}\": permission denied", command[0]);
  return fmt::format("exec: \"{}\": stat {}: no such file or directory", command[0], command[0]);
}

std::vector<Said> Process::take_said() {
  said_bytes_ = 0;
  return std::exchange(said_, {});
}

void Process::begin_script(const std::string& text, bool is_shell) {
  charge(text.size() * kReadWork);
  if (frames_.size() >= kDeepestScripts) {
    say(2, "sh: nested too deep\n");
    code_ = 2;
    return;
  }
  auto read = read_shell(text);
  if (!read.program) {
    say(2, read.problem + "\n");
    code_ = 2;
    if (frames_.empty()) end(2);
    return;
  }
  frames_.push_back({std::make_shared<const ShellProgram>(std::move(*read.program)), 0, is_shell, {}, text.size() * kReadBytes});
}

void Process::end(int code) {
  ended_ = true;
  code_ = code & 0xff;
  wakes_at_.reset();
  waits_ = Waits::no;
  lines_per_s_ = 0;
  frames_.clear();
  pipes_.clear();
  input_.clear();
  reader_.reset();
}

void Process::leave_shell(int code) {
  code_ = code & 0xff;
  while (!frames_.empty()) {
    const bool was_shell = frames_.back().is_shell;
    frames_.pop_back();
    if (was_shell) break;
  }
  if (frames_.empty()) {
    if (const auto at_exit = traps_.find(0); at_exit != traps_.end()) {
      const auto script = at_exit->second;
      traps_.clear();
      is_interactive_ = false;
      begin_script(script + "; exit " + std::to_string(code_), true);
      return;
    }
    end(code_);
  }
}

void Process::run(Nanos now) {
  begin_work();
  go_on(now);
  account();
}

void Process::go_on(Nanos now) {
  if (ended_ || waits_ == Waits::idle) return;
  if (waits_ == Waits::time) {
    if (wakes_at_ && now < *wakes_at_) return;
    waits_ = Waits::no;
  }
  wakes_at_.reset();
  feed(now);
  while (!ended_ && waits_ == Waits::no) {
    if (is_over_its_work() || said_bytes_ > kBytesACall) {
      waits_ = Waits::time;
      return wake_soon(now);
    }
    charge(kStepWork);
    step(now);
    charge(setup_.files->take_work());
    feed(now);
  }
}

void Process::step(Nanos now) {
  if (frames_.empty()) {
    if (!is_interactive_) return end(code_);
    waits_ = Waits::input;
    reader_.reset();
    prompt();
    return;
  }
  auto& frame = frames_.back();
  if (frame.at >= frame.program->size()) {
    frames_.pop_back();
    if (frames_.empty() && !is_interactive_) leave_shell(code_);
    return;
  }
  const auto program = frame.program;
  const auto& step = (*program)[frame.at++];
  switch (step.kind) {
    case Kind::run:
      return run_step(step, now);
    case Kind::jump:
      frame.at = step.to;
      return;
    case Kind::jump_if_false:
      if (code_ != 0) frame.at = step.to;
      return;
    case Kind::jump_if_true:
      if (code_ == 0) frame.at = step.to;
      return;
    case Kind::invert:
      code_ = code_ == 0 ? 1 : 0;
      return;
    case Kind::succeed:
      code_ = 0;
      return;
    case Kind::pipe_begin:
      pipes_.emplace_back();
      return;
    case Kind::pipe_next:
    case Kind::pipe_last:
      if (pipes_.empty()) return;
      pipes_.back().in = std::exchange(pipes_.back().out, {});
      pipes_.back().has_in = true;
      return;
    case Kind::pipe_end: {
      if (pipes_.empty()) return;
      auto last = std::move(pipes_.back().out);
      pipes_.pop_back();
      say(1, std::move(last));
      return;
    }
    case Kind::for_begin: {
      auto words = expand(step.words, now);
      std::size_t bytes = 0;
      for (const auto& word : words) bytes += word.size() + sizeof word;
      frames_.back().loops.push_back({std::move(words), 0, bytes});
      return;
    }
    case Kind::for_next: {
      auto& loop = frame.loops.back();
      if (loop.next >= loop.words.size()) {
        frame.at = step.to;
      } else {
        set_variable(step.name, loop.words[loop.next++]);
      }
      return;
    }
    case Kind::for_end:
      frame.loops.pop_back();
      return;
  }
}

bool Process::is_built_in(const std::vector<std::string>& words) {
  const auto& name = words[0];
  if (name == "exit" || name == "return") {
    int code = code_;
    if (words.size() > 1) code = static_cast<int>(std::strtol(words[1].c_str(), nullptr, 10) & 0xff);
    leave_shell(code);
    return true;
  }
  if (name == "export" || name == "readonly" || name == "local") {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto equals = words[i].find('=');
      if (equals != std::string::npos) set_variable(words[i].substr(0, equals), words[i].substr(equals + 1));
    }
  } else if (name == "unset") {
    for (std::size_t i = 1; i < words.size(); ++i) unset_variable(words[i]);
  } else if (name == "trap") {
    constexpr std::array<std::pair<std::string_view, int>, 8> kNames{{{"EXIT", 0}, {"HUP", SIGHUP}, {"INT", SIGINT}, {"QUIT", SIGQUIT},
                                                                     {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"TERM", SIGTERM}, {"ALRM", SIGALRM}}};
    for (std::size_t i = 2; i < words.size(); ++i) {
      std::string_view signal = words[i];
      if (signal.starts_with("SIG")) signal.remove_prefix(3);
      for (const auto& [text, number] : kNames) {
        if (signal != text && signal != std::to_string(number)) continue;
        if (words[1] == "-") {
          traps_.erase(number);
        } else {
          traps_[number] = words[1];
        }
      }
    }
  } else if (name == "read") {
    variable_read_ = words.size() > 1 ? words.back() : "REPLY";
    if (!pipes_.empty() && pipes_.back().has_in) {
      auto& in = pipes_.back().in;
      code_ = in.empty() ? 1 : 0;
      charge(in.size());
      const auto newline = std::min(in.find('\n'), in.size());
      set_variable(variable_read_, in.substr(0, newline));
      in.erase(0, newline + 1);
      return true;
    }
    reads_variable_ = true;
    reader_.reset();
    waits_ = Waits::input;
    return true;
  } else {
    return false;
  }
  code_ = 0;
  return true;
}

void Process::run_step(const ShellStep& step, Nanos now) {
  ProgramCall program;
  program.words = expand(step.words, now);
  for (const auto& [name, value] : step.assignments) {
    set_variable(name, expand_one(value, now));
  }
  Outputs outputs;
  if (!redirect(step, outputs, program, now)) return;
  while (!program.words.empty() && (program.words[0] == "exec" || program.words[0] == "command" || program.words[0] == "nohup"))
    program.words.erase(program.words.begin());
  // `env A=b program`.
  if (!program.words.empty() && program_name(program.words[0]) == "env") {
    while (program.words.size() > 1 && program.words[1].find('=') != std::string::npos) {
      const auto equals = program.words[1].find('=');
      set_variable(program.words[1].substr(0, equals), program.words[1].substr(equals + 1));
      program.words.erase(program.words.begin() + 1);
    }
    if (program.words.size() > 1) program.words.erase(program.words.begin());
  }
  if (program.words.empty()) {
    if (step.assignments.empty()) code_ = 0;
    return;
  }
  if (is_built_in(program.words)) return;
  if (!pipes_.empty() && pipes_.back().has_in && !program.input) program.input = pipes_.back().in;
  call(std::move(program), outputs, now);
}

void Process::call(ProgramCall program, const Outputs& outputs, Nanos now) {
  program.env = &env_;
  program.directory = &directory_;
  program.files = setup_.files;
  program.now = setup_.epoch + now;
  program.out.clear();
  program.err.clear();
  const auto result = call_program(program, setup_.service_rate);
  charge((program.input ? program.input->size() : 0) + program.out.size() + program.err.size());
  say(1, std::move(program.out), outputs, now);
  say(2, std::move(program.err), outputs, now);
  code_ = result.code;
  switch (result.next) {
    case Next::done:
      return;
    case Next::sleeps:
      waits_ = Waits::time;
      wakes_at_ = now + result.length;
      return;
    case Next::reads_all:
    case Next::copies_input:
      reads_all_ = result.next == Next::reads_all;
      reader_ = std::move(program);
      reader_outputs_ = outputs;
      waits_ = Waits::input;
      return;
    case Next::shell:
      if (program.words.size() >= 3 && program.words[1].ends_with("c")) return begin_script(program.words[2], true);
      if (program.words.size() >= 2 && !program.words[1].starts_with('-')) {
        const auto* const file = setup_.files->find(FileTree::clean_path(program.words[1], directory_));
        if (file) return begin_script(file->content, true);
        say(2, fmt::format("sh: can't open '{}': No such file or directory\n", program.words[1]));
        code_ = 2;
        return;
      }
      if (program.input) return begin_script(*program.input, true);
      is_interactive_ = true;
      return;
    case Next::idles:
      waits_ = Waits::idle;
      return;
    case Next::writes:
      waits_ = Waits::idle;
      lines_per_s_ = result.lines_per_s;
      is_service_ = is_service(program.words[0]);
      return;
    case Next::bursts:
      said_.push_back({1, {}, result.lines});
      return;
    case Next::unknown:
      say(2, fmt::format("sh: {}: not found\n", program.words[0]), outputs, now);
      code_ = 127;
  }
}

bool Process::minds(int number) const {
  return is_service_ ? ends_by_default(number) && number != SIGHUP && number != SIGUSR1 && number != SIGUSR2
                     : traps_.count(number) != 0;
}

void Process::signal(int number, Nanos now) {
  begin_work();
  take_signal(number, now);
  account();
}

void Process::take_signal(int number, Nanos now) {
  if (ended_) return;
  if (number == SIGKILL) return end(128 + SIGKILL);
  if (const auto trap = traps_.find(number); trap != traps_.end()) {
    // A shell waits for its child; of ours the child ends with the signal.
    waits_ = Waits::no;
    wakes_at_.reset();
    reader_.reset();
    reads_variable_ = false;
    begin_script(trap->second, false);
    return go_on(now);
  }
  if (!ends_by_default(number)) return;
  if (is_service_ && !minds(number)) return;
  if (is_service_ || !setup_.is_init) end(128 + number);
}

}  // namespace leakrig
