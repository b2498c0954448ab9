// A process's input, its output, and what its words stand for.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <csignal>
#include <utility>

#include "harness/fleet/process.h"
#include "harness/fleet/shell_tokens.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostExpanded = 1U << 20U;
constexpr int kDeepestCommands = 4;
/// What a command may be given from files, in all.
constexpr std::uint64_t kMostRedirected = 64U << 20U;
/// What the commands in a script's words may work beyond one call's share, and what starting one costs.
constexpr std::uint64_t kCommandWork = 3'000'000;
constexpr std::uint64_t kCommandStart = 3000;

/// Sums and differences of numbers and variables: what loops of scripts count with.
long long arithmetic(std::string_view text, const std::map<std::string, std::string>& env) {
  long long value = 0;
  char how = '+';
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ' || c == '$') {
      ++at;
      continue;
    }
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') {
      how = c;
      ++at;
      continue;
    }
    auto end = at;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) ++end;
    auto word = text.substr(at, end - at);
    at = end;
    if (const auto found = env.find(std::string{word}); found != env.end()) word = found->second;
    long long number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    // Wraps as a machine's numbers do.
    const auto left = static_cast<unsigned long long>(value);
    const auto right = static_cast<unsigned long long>(number);
    if (how == '+') value = static_cast<long long>(left + right);
    if (how == '-') value = static_cast<long long>(left - right);
    if (how == '*') value = static_cast<long long>(left * right);
    if (how == '/' && number > 0) value /= number;
    if (how == '%' && number > 0) value %= number;
  }
  return value;
}

}  // namespace

void Process::input(std::string_view bytes, Nanos now) {
  if (ended_ || input_closed_) return;
  begin_work();
  if (!setup_.tty) {
    input_ += bytes;
  } else {
    std::string echo;
    for (const char c : bytes) {
      if (c == '\x03') {
        say(1, std::exchange(echo, {}) + "^C\n");
        if (is_interactive_) {
          // A shell's child gets the signal, not the shell.
          waits_ = Waits::no;
          wakes_at_.reset();
          reader_.reset();
          frames_.clear();
          code_ = 128 + SIGINT;
        } else {
          take_signal(SIGINT, now);
          if (!ended_ && traps_.count(SIGINT) == 0) end(128 + SIGINT);
        }
      } else if (c == '\x04') {
        input_closed_ = true;
      } else if (c == '\r' || c == '\n') {
        echo += '\n';
        input_ += '\n';
      } else if (c == '\x7f') {
        if (!input_.empty() && input_.back() != '\n') {
          input_.pop_back();
          echo += "\b \b";
        }
      } else {
        echo += c;
        input_ += c;
      }
    }
    say(1, std::move(echo));
  }
  go_on(now);
  account();
}

void Process::close_input(Nanos now) {
  input_closed_ = true;
  run(now);
}

void Process::prompt() {
  if (setup_.tty) say(1, unfinished_.empty() ? directory_ + " # " : "> ");
}

void Process::feed(Nanos now) {
  while (waits_ == Waits::input && !ended_) {
    if (is_over_its_work()) return wake_soon(now);
    charge(input_.size());
    if (reader_ && reads_all_) {
      if (!input_closed_) {
        // A collector's own memory: what one that reads all has taken no longer counts as waiting.
        reader_->out += std::exchange(input_, {});
        if (reader_->out.size() > kMostExpanded) reader_->out.resize(kMostExpanded);
        return;
      }
      auto program = std::move(*reader_);
      reader_.reset();
      program.input = program.out + std::exchange(input_, {});
      waits_ = Waits::no;
      const auto outputs = reader_outputs_;
      call(std::move(program), outputs, now);
    } else if (reader_) {
      // Line by line on a terminal, as it hands them over; else as it comes.
      const auto end = setup_.tty && !input_closed_ ? input_.rfind('\n') + 1 : input_.size();
      auto text = input_.substr(0, end);
      input_.erase(0, end);
      say(1, std::move(text), reader_outputs_, now);
      if (!input_closed_ || !input_.empty()) return;
      waits_ = Waits::no;
      reader_.reset();
      code_ = 0;
    } else {
      const auto newline = input_.find('\n');
      if (newline == std::string::npos && !input_closed_) return;
      const bool has_line = newline != std::string::npos || !input_.empty();
      auto line = input_.substr(0, newline);
      input_.erase(0, newline == std::string::npos ? input_.size() : newline + 1);
      waits_ = Waits::no;
      if (reads_variable_) {
        reads_variable_ = false;
        set_variable(variable_read_, std::move(line));
        code_ = has_line ? 0 : 1;
      } else if (!has_line) {
        is_interactive_ = false;
        if (setup_.tty) say(1, "\n");
        leave_shell(code_);
      } else {
        unfinished_ += (unfinished_.empty() ? "" : "\n") + line;
        charge(unfinished_.size() * kReadWork);
        if (read_shell(unfinished_).is_incomplete && !input_closed_ && unfinished_.size() < kMostInput) continue;
        const auto script = std::exchange(unfinished_, {});
        if (script.find_first_not_of(" \t\n") != std::string::npos) begin_script(script, true);
      }
    }
  }
}

void Process::say(int stream, std::string text) {
  if (text.empty()) return;
  if (!pipes_.empty() && stream == 1) {
    auto& out = pipes_.back().out;
    out += text;
    if (out.size() > kMostExpanded) out.resize(kMostExpanded);
    return;
  }
  said_bytes_ += text.size();
  if (setup_.tty) {
    std::string cooked;
    for (const char c : text) {
      if (c == '\n') cooked += '\r';
      cooked += c;
    }
    text = std::move(cooked);
    stream = 1;
  }
  if (!said_.empty() && said_.back().stream == stream && said_.back().lines == 0) {
    said_.back().text += text;
  } else {
    said_.push_back({stream, std::move(text), 0});
  }
}

void Process::say(int stream, std::string text, const Outputs& outputs, Nanos now) {
  if (text.empty()) return;
  const int to = outputs.goes_to[stream];
  const auto& path = outputs.files[to];
  if (path.empty()) return say(to, std::move(text));
  if (path == "/dev/null") return;
  if (path == "/dev/stdout" || path == "/proc/1/fd/1" || path == "/proc/self/fd/1") return say(1, std::move(text));
  if (path == "/dev/stderr" || path == "/proc/1/fd/2" || path == "/proc/self/fd/2") return say(2, std::move(text));
  setup_.files->append(path, text, setup_.epoch + now);
}

bool Process::redirect(const ShellStep& step, Outputs& outputs, ProgramCall& call, Nanos now) {
  for (const auto& each : step.redirects) {
    if (each.kind == ShellRedirect::Kind::copy) {
      outputs.goes_to[each.stream] = outputs.goes_to[each.copy_of];
      continue;
    }
    const auto given = expand_one(each.target, now);
    const auto path = FileTree::clean_path(given, directory_);
    if (each.kind == ShellRedirect::Kind::input) {
      const auto* const file = setup_.files->find(path);
      if (!file && path != "/dev/null" && !path.starts_with("/dev/tcp/")) {
        say(2, fmt::format("sh: can't open {}: no such file\n", given));
        code_ = 1;
        return false;
      }
      call.input = file ? file->content : std::string{};
      charge(call.input->size());
      if (work_ > kMostRedirected) return false;
      continue;
    }
    outputs.files[each.stream] = path;
    outputs.goes_to[each.stream] = each.stream;
    if (each.kind == ShellRedirect::Kind::append || path.starts_with("/dev/") || path.starts_with("/proc/")) continue;
    if (!setup_.files->put(path, {FileEntry::Kind::file, 0644, {}, setup_.epoch + now})) {
      say(2, fmt::format("sh: can't create {}: nonexistent directory\n", given));
      code_ = 1;
      return false;
    }
  }
  return true;
}

std::string Process::variable(const std::string& name) {
  if (name == "?") return std::to_string(code_);
  if (name == "$") return "1";
  if (name == "#") return std::to_string(arguments_.empty() ? 0 : arguments_.size() - 1);
  if (name == "!") return {};
  if (name == "@" || name == "*") {
    std::string all;
    for (std::size_t i = 1; i < arguments_.size(); ++i) all += (i > 1 ? " " : "") + arguments_[i];
    return all;
  }
  if (!name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) != 0) {
    std::size_t index = 0;
    std::from_chars(name.data(), name.data() + name.size(), index);
    return index < arguments_.size() ? arguments_[index] : std::string{};
  }
  // ${NAME:-otherwise}
  const auto colon = name.find(":-");
  const auto found = env_.find(name.substr(0, colon));
  if (found != env_.end() && (colon == std::string::npos || !found->second.empty())) return found->second;
  return colon == std::string::npos ? std::string{} : name.substr(colon + 2);
}

std::string Process::output_of(const std::string& script, Nanos now) {
  // It works on what is left to its shell, and a little more: it cannot go on later.
  const auto most = work_allowed_ + (depth_ == 0 ? kCommandWork : 0);
  if (depth_ >= kDeepestCommands || work_ >= most) return {};
  ProcessSetup setup = setup_;
  setup.command = {"sh", "-c", script};
  setup.tty = false;
  setup.directory = directory_;
  setup.env.clear();
  for (const auto& [name, value] : env_) setup.env.push_back(name + "=" + value);
  charge(2 * env_bytes_ + kCommandStart);
  setup.memory = nullptr;
  Process process(std::move(setup));
  process.depth_ = depth_ + 1;
  process.work_allowed_ = most - std::min(most, work_);
  process.input_closed_ = true;
  process.go_on(now);
  charge(process.take_work());
  std::string text;
  for (auto& said : process.take_said()) {
    if (said.stream == 1) text += said.text;
    if (said.stream == 2) say(2, std::move(said.text));
  }
  while (text.ends_with('\n')) text.pop_back();
  code_ = process.exit_code();
  return text;
}

std::string Process::value_of(const ShellPart& part, Nanos now) {
  switch (part.kind) {
    case ShellPart::Kind::text:
      return part.text;
    case ShellPart::Kind::variable:
      return variable(part.text);
    case ShellPart::Kind::command:
      return output_of(part.text, now);
    case ShellPart::Kind::arithmetic:
      return std::to_string(arithmetic(part.text, env_));
  }
  return {};
}

std::string Process::expand_one(const ShellWord& word, Nanos now) {
  std::string text;
  for (const auto& part : word) {
    const auto value = value_of(part, now);
    charge(value.size());
    text += value;
    if (text.size() <= kMostExpanded) continue;
    text.resize(kMostExpanded);
    break;
  }
  return text;
}

std::vector<std::string> Process::expand(const std::vector<ShellWord>& words, Nanos now) {
  std::vector<std::string> list;
  std::size_t bytes = 0;
  for (const auto& word : words) {
    std::string text;
    bool is_word = false;
    for (const auto& part : word) {
      auto value = value_of(part, now);
      bytes += value.size();
      charge(value.size());
      if (bytes > kMostExpanded) return list;
      if (part.quoted || part.kind == ShellPart::Kind::text) {
        text += value;
        is_word = true;
        continue;
      }
      // What an expansion without quotes gives is split at blanks.
      for (const char c : value) {
        if (c != ' ' && c != '\n' && c != '\t') {
          text += c;
          is_word = true;
        } else if (is_word) {
          list.push_back(std::exchange(text, {}));
          is_word = false;
        }
      }
    }
    if (is_word) list.push_back(std::move(text));
  }
  return list;
}

}  // namespace leakrig
