#include "harness/fleet/programs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "harness/core/units.h"
#include "harness/fleet/text_programs.h"

namespace leakrig {
namespace {

using Next = ProgramResult::Next;

constexpr std::uint64_t kMostLines = 1'000'000;
constexpr Nanos kLongestSleep = std::chrono::hours{24 * 365};
constexpr double kMostLinesPerS = 10'000;
/// A line in eleven days; what is slower never writes.
constexpr double kLeastLinesPerS = 1e-6;

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value < 0)
    return std::nullopt;
  return value;
}

std::string_view argument(const ProgramCall& call, std::size_t at = 1) {
  return call.words.size() > at ? std::string_view{call.words[at]} : std::string_view{};
}

ProgramResult done(int code = 0) {
  ProgramResult result;
  result.code = code;
  return result;
}

ProgramResult failed(ProgramCall& call, const std::string& why, int code = 1) {
  call.err += fmt::format("{}: {}\n", program_name(call.words[0]), why);
  return done(code);
}

ProgramResult sleep(ProgramCall& call, double) {
  ProgramResult result;
  const auto text = argument(call);
  if (text == "inf" || text == "infinity") {
    result.next = Next::idles;
    return result;
  }
  // "3", "3s" and, beyond what sleep itself knows, "500ms".
  const auto seconds = number_in(text);
  const auto length = seconds ? std::optional{from_seconds(std::min(*seconds, 1e8))} : parse_duration(text);
  if (!length) return failed(call, fmt::format("invalid number '{}'", text));
  result.next = Next::sleeps;
  result.length = std::min(*length, kLongestSleep);
  return result;
}

ProgramResult burst(ProgramCall& call, double) {
  ProgramResult result;
  result.next = Next::bursts;
  result.lines = static_cast<std::uint64_t>(std::min(number_in(argument(call)).value_or(100), double{kMostLines}));
  return result;
}

ProgramResult lines(ProgramCall& call, double service_rate) {
  ProgramResult result;
  result.next = Next::writes;
  result.lines_per_s = std::min(number_in(argument(call)).value_or(service_rate), kMostLinesPerS);
  if (result.lines_per_s < kLeastLinesPerS) result.lines_per_s = 0;
  return result;
}

ProgramResult idle(ProgramCall&, double) {
  ProgramResult result;
  result.next = Next::idles;
  return result;
}

ProgramResult tail(ProgramCall& call, double rate) {
  for (const auto& word : call.words) {
    if (word == "-f" || word == "-F") return idle(call, rate);
  }
  return run_text_program(call);
}

ProgramResult cat(ProgramCall& call, double) {
  if (call.words.size() == 1 || (call.words.size() == 2 && call.words[1] == "-")) {
    if (call.input) {
      call.out += *call.input;
      return done();
    }
    ProgramResult result;
    result.next = Next::copies_input;
    return result;
  }
  int code = 0;
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const auto path = FileTree::clean_path(call.words[i], *call.directory);
    const auto* const file = call.files->find(path);
    if (!file || file->kind != FileEntry::Kind::file) {
      code = failed(call, file ? "read error: Is a directory"
                               : fmt::format("can't open '{}': No such file or directory", call.words[i])).code;
    } else if (call.out.size() + file->content.size() <= FileTree::kMostBytes) {
      call.out += file->content;
    } else {
      return failed(call, "write error: No space left on device");
    }
  }
  return done(code);
}

ProgramResult print_env(ProgramCall& call, double) {
  if (call.words.size() > 1) {
    const auto found = call.env->find(call.words[1]);
    if (found == call.env->end()) return done(1);
    call.out += found->second + "\n";
    return done();
  }
  for (const auto& [name, value] : *call.env) call.out += name + "=" + value + "\n";
  return done();
}

ProgramResult change_directory(ProgramCall& call, double) {
  const auto path = FileTree::clean_path(call.words.size() > 1 ? call.words[1] : "/root", *call.directory);
  if (!call.files->is_directory(path)) return failed(call, fmt::format("can't cd to {}: No such file or directory", path), 2);
  *call.directory = path;
  return done();
}

ProgramResult system_words(ProgramCall& call, double) {
  const auto name = program_name(call.words[0]);
  const auto host = call.files->text("/etc/hostname");
  if (name == "hostname") call.out += host;
  if (name == "whoami") call.out += "root\n";
  if (name == "id") call.out += argument(call) == "-u" || argument(call) == "-g" ? "0\n" : "uid=0(root) gid=0(root) groups=0(root)\n";
  if (name == "pwd") call.out += *call.directory + "\n";
  if (name == "nproc") call.out += "4\n";
  if (name == "tty") call.out += "not a tty\n";
  if (name == "arch") call.out += "x86_64\n";
  if (name == "date") call.out += argument(call).starts_with("+%s") ? fmt::format("{}\n", call.now / std::chrono::seconds{1}) : rfc3339_nano(call.now).substr(0, 19) + "\n";
  if (name == "uname") {
    call.out += argument(call) == "-m"   ? "x86_64\n"
                : argument(call) == "-a" ? "Linux " + host.substr(0, host.find('\n')) + " 6.1.0 #1 SMP x86_64 Linux\n"
                                         : "Linux\n";
  }
  if (name == "ps") call.out += "PID   USER     TIME  COMMAND\n    1 root      0:00 sh\n";
  return done();
}

ProgramResult nothing(ProgramCall&, double) {
  return done();
}

ProgramResult falsehood(ProgramCall&, double) {
  return done(1);
}

ProgramResult shell(ProgramCall&, double) {
  ProgramResult result;
  result.next = Next::shell;
  return result;
}

ProgramResult hello(ProgramCall& call, double) {
  call.out +=
      "\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\n"
      "(It was printed by leakrig's fake Docker: nothing was pulled, and no container ran.)\n\n";
  return done();
}

/// What testcontainers wait for in the log of their reaper.
ProgramResult reaper(ProgramCall& call, double) {
  const auto time = rfc3339_nano(call.now).substr(0, 19);
  for (const char* words : {"Pinging Docker...", "Docker daemon is available!", "Starting on port 8080...", "Started!"})
    call.out += fmt::format("{} {}\n", time, words);
  ProgramResult result;
  result.next = Next::idles;
  return result;
}

ProgramResult text(ProgramCall& call, double) {
  return run_text_program(call);
}

ProgramResult files(ProgramCall& call, double) {
  return run_file_program(call);
}

struct KnownProgram {
  std::string_view name;
  ProgramResult (*run)(ProgramCall&, double);
};
constexpr std::array kPrograms{
    KnownProgram{"echo", text},    KnownProgram{"printf", text},  KnownProgram{"seq", text},     KnownProgram{"wc", text},
    KnownProgram{"grep", text},    KnownProgram{"head", text},    KnownProgram{"sort", text},    KnownProgram{"tr", text},
    KnownProgram{"test", text},    KnownProgram{"[", text},       KnownProgram{"basename", text}, KnownProgram{"dirname", text},
    KnownProgram{"rev", text},     KnownProgram{"uniq", text},    KnownProgram{"tee", text},     KnownProgram{"expr", text},
    KnownProgram{"ls", files},     KnownProgram{"mkdir", files},  KnownProgram{"touch", files},  KnownProgram{"rm", files},
    KnownProgram{"cp", files},     KnownProgram{"mv", files},     KnownProgram{"which", files},  KnownProgram{"chmod", files},
    KnownProgram{"chown", files},  KnownProgram{"ln", files},     KnownProgram{"stat", files},   KnownProgram{"find", files},
    KnownProgram{"dd", files},     KnownProgram{"sleep", sleep},  KnownProgram{"burst", burst},  KnownProgram{"lines", lines},
    KnownProgram{"yes", lines},    KnownProgram{"pause", idle},   KnownProgram{"silent", idle},  KnownProgram{"tail", tail},
    KnownProgram{"cat", cat},      KnownProgram{"env", print_env}, KnownProgram{"printenv", print_env},
    KnownProgram{"cd", change_directory}, KnownProgram{"hostname", system_words}, KnownProgram{"whoami", system_words},
    KnownProgram{"id", system_words},     KnownProgram{"pwd", system_words},      KnownProgram{"nproc", system_words},
    KnownProgram{"tty", system_words},    KnownProgram{"arch", system_words},     KnownProgram{"date", system_words},
    KnownProgram{"uname", system_words},  KnownProgram{"ps", system_words},       KnownProgram{"true", nothing},
    KnownProgram{":", nothing},    KnownProgram{"sync", nothing}, KnownProgram{"wait", nothing}, KnownProgram{"set", nothing},
    KnownProgram{"kill", nothing}, KnownProgram{"stty", nothing}, KnownProgram{"umask", nothing}, KnownProgram{"apk", nothing},
    KnownProgram{"apt-get", nothing}, KnownProgram{"ulimit", nothing}, KnownProgram{"false", falsehood}, KnownProgram{"sh", shell},
    KnownProgram{"bash", shell},   KnownProgram{"ash", shell},    KnownProgram{"dash", shell},   KnownProgram{"hello", hello},   KnownProgram{"ryuk", reaper},
    // What health checks and tests ask services with; nobody is there to say no.
    KnownProgram{"curl", nothing}, KnownProgram{"wget", nothing}, KnownProgram{"nc", nothing}, KnownProgram{"pg_isready", nothing},
    KnownProgram{"redis-cli", nothing}, KnownProgram{"mysqladmin", nothing}, KnownProgram{"mongosh", nothing}, KnownProgram{"rabbitmq-diagnostics", nothing}};

constexpr std::array<std::string_view, 34> kServers{
    "nginx",     "httpd",    "httpd-foreground", "apache2",  "apache2-foreground", "caddy",     "traefik", "haproxy", "postgres",
    "mysqld",    "mariadbd", "mongod",           "redis-server", "valkey-server", "memcached", "rabbitmq-server", "etcd",
    "consul",    "vault",    "java",             "node",     "python",            "python3",   "ruby",    "php-fpm",
    "registry",  "prometheus", "grafana",        "minio",    "nats-server",       "influxd",   "telegraf", "ryuk", "dockerd"};

}  // namespace

std::string_view program_name(std::string_view word) {
  return word.substr(word.rfind('/') + 1);
}

bool is_service(std::string_view name) {
  const auto program = program_name(name);
  // Applications of one's own live in /app, /opt or /usr/local/bin; entry points end in .sh.
  return std::find(kServers.begin(), kServers.end(), program) != kServers.end() || program.ends_with("entrypoint.sh") ||
         name.starts_with("/app") || name.starts_with("/opt/") || name.starts_with("/usr/local/bin/");
}

bool is_program(std::string_view name, const FileTree& files) {
  if (is_service(name)) return true;
  if (name.find('/') != std::string_view::npos) {
    const auto* const file = files.find(FileTree::clean_path(name));
    if (file && file->kind == FileEntry::Kind::file && (file->mode & 0111U) != 0) return true;
    // Programs live in the usual places only.
    const auto directory = name.substr(0, name.rfind('/'));
    if (directory != "/bin" && directory != "/usr/bin" && directory != "/sbin" && directory != "/usr/sbin" && name != "/hello" &&
        name != "/pause")
      return false;
  }
  const auto program = program_name(name);
  return std::any_of(kPrograms.begin(), kPrograms.end(), [program](const KnownProgram& each) { return each.name == program; });
}

ProgramResult call_program(ProgramCall& call, double service_rate) {
  const auto name = program_name(call.words[0]);
  for (const auto& program : kPrograms) {
    if (program.name == name && is_program(call.words[0], *call.files)) return program.run(call, service_rate);
  }
  ProgramResult result;
  result.next = is_service(call.words[0]) ? Next::writes : Next::unknown;
  result.lines_per_s = service_rate;
  return result;
}

}  // namespace leakrig
