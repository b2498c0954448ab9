#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/manual.h"
#include "harness/core/say.h"
#include "harness/report/report_files.h"

namespace leakrig {
namespace {

/// "--out -o": the options that a person can type, each as written.
std::vector<std::string> option_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    for (const auto& name : option->get_lnames()) words.push_back("--" + name);
    for (const auto& name : option->get_snames()) words.push_back("-" + name);
  }
  for (const CLI::App* inner : told_verbs(app)) {
    words.push_back(inner->get_name());
    for (auto& word : option_words(*inner)) words.push_back(std::move(word));
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

std::string verb_words(const CLI::App& app) {
  std::string words;
  for (const CLI::App* verb : told_verbs(app)) words += (words.empty() ? "" : " ") + verb->get_name();
  return words;
}

/// Verbs that take a scenario, by the name of their argument.
bool takes_scenario(const CLI::App& verb) {
  const auto options = verb.get_options();
  return std::any_of(options.begin(), options.end(), [](const CLI::Option* option) {
    return option->get_positional() && option->get_name(true, false).starts_with("SCENARIO");
  });
}

std::string scenario_verbs(const CLI::App& app, const char* between) {
  std::string words;
  for (const CLI::App* verb : told_verbs(app)) {
    if (takes_scenario(*verb)) words += (words.empty() ? "" : between) + verb->get_name();
  }
  return words;
}

/// A line of a shell's `case` a verb: its options, into `variable`.
std::string shell_case(const CLI::App& app, const char* variable) {
  std::string out;
  for (const CLI::App* verb : told_verbs(app)) {
    out += fmt::format("    {}) {}=\"{}\" ;;\n", verb->get_name(), variable,
                       fmt::join(option_words(*verb), " "));
  }
  return out;
}

std::string bash(const CLI::App& app) {
  return fmt::format(R"script(# bash completion for leakrig, made by 'leakrig completion bash'.
_leakrig() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{} --help --version" -- "$current"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
    help) words="{}" ;;
{}  esac
  case $current in
    -*) ;;
    *)
      case ${{COMP_WORDS[1]}} in
        {}) words+=" $(leakrig list --quiet 2>/dev/null)" ;;
      esac
      COMPREPLY=($(compgen -f -- "$current"))
      ;;
  esac
  COMPREPLY+=($(compgen -W "$words" -- "$current"))
}}
complete -o filenames -F _leakrig leakrig
)script",
                     verb_words(app), verb_words(app), shell_case(app, "words"), scenario_verbs(app, "|"));
}

std::string zsh(const CLI::App& app) {
  return fmt::format(R"script(#compdef leakrig
# zsh completion for leakrig, made by 'leakrig completion zsh'.
_leakrig() {{
  local verb=${{words[2]}} offered=
  if (( CURRENT == 2 )); then
    compadd -- {} --help --version
    return
  fi
  case $verb in
    help) offered="{}" ;;
{}  esac
  if [[ ${{words[CURRENT]}} != -* ]]; then
    case $verb in
      {}) offered+=" $(leakrig list --quiet 2>/dev/null)" ;;
    esac
    _files
  fi
  compadd -- ${{=offered}}
}}
_leakrig "$@"
)script",
                     verb_words(app), verb_words(app), shell_case(app, "offered"), scenario_verbs(app, "|"));
}

/// 'text' for fish: single quotes and backslashes are escaped.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "'";
}

void fish_options(const CLI::App& app, const std::string& verb, std::string& out) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty() || option->get_positional()) continue;
    out += fmt::format("complete -c leakrig -n '__fish_seen_subcommand_from {}'", verb);
    for (const auto& name : option->get_lnames()) out += " -l " + name;
    for (const auto& name : option->get_snames()) out += " -s " + name;
    if (option->get_items_expected_max() > 0) out += " -r";
    out += " -d " + quoted(option->get_description()) + "\n";
  }
  for (const CLI::App* inner : told_verbs(app)) {
    out += fmt::format("complete -c leakrig -n '__fish_seen_subcommand_from {}' -a {} -d {}\n", verb,
                       inner->get_name(), quoted(inner->get_description()));
    fish_options(*inner, verb, out);
  }
}

std::string fish(const CLI::App& app) {
  std::string out = "# fish completion for leakrig, made by 'leakrig completion fish'.\n";
  for (const CLI::App* verb : told_verbs(app)) {
    out += fmt::format("complete -c leakrig -n __fish_use_subcommand -f -a {} -d {}\n", verb->get_name(),
                       quoted(verb->get_description()));
    fish_options(*verb, verb->get_name(), out);
  }
  return out + fmt::format(
                   "complete -c leakrig -n '__fish_seen_subcommand_from {}' -a '(leakrig list --quiet "
                   "2>/dev/null)'\n",
                   scenario_verbs(app, " "));
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash(app);
  if (shell == "zsh") return zsh(app);
  if (shell == "fish") return fish(app);
  throw UsageError(fmt::format("completion {}: there are bash, zsh and fish", shell));
}

std::function<ExitCode()> add_completion(CLI::App& app) {
  app.footer("Example:\n  source <(leakrig completion bash)");
  auto shell = std::make_shared<std::string>();
  app.add_option("SHELL", *shell, "bash, zsh or fish")->required();
  return [&app, shell] {
    say(stdout, "{}", completion_script(*app.get_parent(), *shell));
    return ExitCode::ok;
  };
}

void write_documentation(const CLI::App& app, const std::filesystem::path& directory) {
  const auto write = [&](const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories((directory / file).parent_path());
    write_whole(directory / file, text);
  };
  write("man1/leakrig.1", manual_page(app, ""));
  for (const CLI::App* verb : told_verbs(app))
    write("man1/leakrig-" + verb->get_name() + ".1", manual_page(app, verb->get_name()));
  write("bash/leakrig", completion_script(app, "bash"));
  write("zsh/_leakrig", completion_script(app, "zsh"));
  write("fish/leakrig.fish", completion_script(app, "fish"));
}

std::function<ExitCode()> add_manual(CLI::App& app) {
  auto verb = std::make_shared<std::string>();
  app.add_option("VERB", *verb, "The verb; without one the page of all");
  auto into = std::make_shared<std::string>();
  app.add_option("--into", *into, "Write every page and completion script into this directory");
  return [&app, verb, into] {
    if (!into->empty()) {
      write_documentation(*app.get_parent(), *into);
    } else {
      say(stdout, "{}", manual_page(*app.get_parent(), *verb));
    }
    return ExitCode::ok;
  };
}

}  // namespace leakrig
