#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/memory_budget.h"
#include "harness/fleet/file_tree.h"
#include "harness/fleet/programs.h"
#include "harness/fleet/shell_syntax.h"

namespace leakrig {

/// Something that a process says: bytes, or log lines that are made when they are read.
struct Said {
  int stream = 1;  ///< 1 stdout, 2 stderr
  std::string text;
  std::uint64_t lines = 0;  ///< instead of `text`
};

struct ProcessSetup {
  std::vector<std::string> command;
  std::vector<std::string> env;  ///< "NAME=value"
  std::string directory;         ///< "/" if empty
  bool tty = false;
  bool is_init = false;  ///< of a container without an init of its own: signals that it does not mind pass it by
  double service_rate = 0;
  Nanos epoch{0};             ///< what scenario time 0 is since 1970
  FileTree* files = nullptr;  ///< outlives the process
  /// What all processes may hold, which outlives them; nothing: no such bound.
  MemoryBudget* memory = nullptr;
};

/// A process of a container, which is a script that is read: there is no program behind it. It understands a POSIX
/// shell's scripts (shell_syntax.h) of the programs in programs.h. Pure, in scenario time: it runs until it waits
/// for the time or for input, and is to be called again when either has come. Within bounds at each call: of work
/// (what is left goes on a moment later) and of memory, beyond which it ends as the kernel would end it, with 137.
class Process {
 public:
  explicit Process(ProcessSetup setup);

  /// Why runc would not start it ("exec: \"x\": executable file not found in $PATH"); empty if it would.
  static std::string refusal(std::vector<std::string> command, const FileTree& files);

  void run(Nanos now);
  /// What it has not read waits, 64 KiB of it at most: see takes_input(). A terminal's control characters do what they do.
  void input(std::string_view bytes, Nanos now);
  void close_input(Nanos now);
  void signal(int number, Nanos now);

  bool ended() const { return ended_; }
  int exit_code() const { return code_; }
  /// When it is to be run again.
  std::optional<Nanos> wakes_at() const { return wakes_at_; }
  bool takes_input() const { return !ended_ && input_.size() < kMostInput; }
  bool input_closed() const { return input_closed_; }
  /// Log lines that it writes from now on without end.
  double lines_per_s() const { return lines_per_s_; }
  /// Whether it minds a signal itself: a service does, and a script with a trap for it.
  bool minds(int number) const;
  std::vector<Said> take_said();
  /// What the calls since this was last asked have cost: about the nanoseconds that they took.
  std::uint64_t take_work() { return std::exchange(work_in_all_, 0); }

 private:
  static constexpr std::size_t kMostInput = 64 * 1024;

  /// A script that is being run.
  struct Frame {
    std::shared_ptr<const ShellProgram> program;
    std::size_t at = 0;
    bool is_shell = true;  ///< what `exit` leaves
    struct Words {
      std::vector<std::string> words;
      std::size_t next = 0;
      std::size_t bytes = 0;
    };
    std::vector<Words> loops;
    std::size_t bytes = 0;  ///< what the script takes
  };
  /// A pipe between two commands.
  struct Pipe {
    std::string out;
    std::string in;
    bool has_in = false;
  };
  /// Where a command's output goes.
  struct Outputs {
    std::string files[3];
    bool appends[3] = {false, false, false};
    int goes_to[3] = {0, 1, 2};
  };
  enum class Waits { no, time, input, idle };

  void go_on(Nanos now);
  void take_signal(int number, Nanos now);
  void wake_soon(Nanos now);
  void step(Nanos now);
  void begin_work();
  void charge(std::uint64_t work);
  bool is_over_its_work() const { return work_ >= work_allowed_; }
  void set_variable(const std::string& name, std::string value);
  void unset_variable(const std::string& name);
  /// Gives all back that it does not hold any more, and ends it if there is no room for what it does.
  void account();
  std::size_t held() const;
  void run_step(const ShellStep& step, Nanos now);
  void call(ProgramCall call, const Outputs& outputs, Nanos now);
  bool is_built_in(const std::vector<std::string>& words);
  void begin_script(const std::string& text, bool is_shell);
  void read_variable(const std::vector<std::string>& words);
  void leave_shell(int code);
  void feed(Nanos now);
  void prompt();
  void end(int code);

  std::string expand_one(const ShellWord& word, Nanos now);
  std::vector<std::string> expand(const std::vector<ShellWord>& words, Nanos now);
  std::string value_of(const ShellPart& part, Nanos now);
  std::string variable(const std::string& name);
  std::string output_of(const std::string& script, Nanos now);
  bool redirect(const ShellStep& step, Outputs& outputs, ProgramCall& call, Nanos now);
  void say(int stream, std::string text, const Outputs& outputs, Nanos now);
  void say(int stream, std::string text);

  ProcessSetup setup_;
  std::map<std::string, std::string> env_;
  std::size_t env_bytes_ = 0;
  std::size_t most_env_bytes_ = 0;
  std::map<int, std::string> traps_;  ///< by signal
  std::string directory_ = "/";
  std::vector<std::string> arguments_;  ///< $0, $1, ...
  std::vector<Frame> frames_;
  std::vector<Pipe> pipes_;
  Waits waits_ = Waits::no;
  std::optional<Nanos> wakes_at_;
  std::optional<ProgramCall> reader_;  ///< what waits for input; nothing: a shell
  Outputs reader_outputs_;
  bool reads_all_ = false;
  std::string variable_read_;
  bool reads_variable_ = false;
  bool is_interactive_ = false;
  std::string unfinished_;  ///< lines of an interactive shell that are no whole command yet
  std::string input_;
  bool input_closed_ = false;
  double lines_per_s_ = 0;
  bool is_service_ = false;
  bool ended_ = false;
  int code_ = 0;
  int depth_ = 0;  ///< of $(...)
  std::vector<Said> said_;
  std::size_t said_bytes_ = 0;
  std::uint64_t work_ = 0;  ///< of this call
  std::uint64_t work_allowed_ = 0;
  std::uint64_t work_in_all_ = 0;
  std::optional<MemoryBudget::Share> memory_;
};

}  // namespace leakrig
