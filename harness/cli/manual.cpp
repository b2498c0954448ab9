#include "harness/cli/manual.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"

namespace leakrig {
namespace {

/// Text that roff takes as it is: no escapes, no hyphenation of options, no requests at a line's begin.
std::string roff_text(const std::string& text) {
  std::string out;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    at_line_start = c == '\n';
  }
  return out;
}

std::string roff_title(const std::string& name) {
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return fmt::format(".TH {} 1 \"\" \"leakrig {}\" \"User Commands\"\n", roff_text(upper), LEAKRIG_VERSION);
}

/// Options with their help; those without a group are not told of.
std::vector<const CLI::Option*> told_options(const CLI::App& app) {
  auto options = app.get_options();
  std::erase_if(options, [](const CLI::Option* option) { return option->get_group().empty(); });
  return options;
}

std::string roff_options(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : told_options(app)) {
    const bool positional = option->get_positional();
    std::string name = option->get_name(positional, true);
    std::replace(name.begin(), name.end(), ',', ' ');
    const std::string value =
        positional || option->get_items_expected_max() == 0 ? "" : " " + option->get_type_name();
    out += fmt::format(".TP\n.B {}{}\n{}\n", roff_text(name), roff_text(value),
                       roff_text(option->get_description()));
  }
  return out;
}

std::string synopsis(const std::string& words, const CLI::App& app) {
  std::string out = fmt::format(".B {}\n[OPTIONS]", roff_text(words));
  for (const CLI::Option* option : told_options(app)) {
    if (!option->get_positional()) continue;
    const std::string name =
        option->get_name(true, false) + (option->get_items_expected_max() > 1 ? "..." : "");
    out += option->get_required() ? " " + roff_text(name) : " [" + roff_text(name) + "]";
  }
  return out + "\n";
}

/// A footer as it stands: its lines and examples are laid out by hand.
std::string as_it_stands(const std::string& title, const std::string& text) {
  if (text.empty()) return "";
  return fmt::format(".SH {}\n.nf\n{}\n.fi\n", title, roff_text(text));
}

std::string main_page(const CLI::App& app) {
  std::string out = roff_title("leakrig");
  out += fmt::format(".SH NAME\nleakrig \\- {}\n.SH SYNOPSIS\n.B leakrig\nVERB [OPTIONS]\n",
                     "leak diagnostics and load tests with a fake Docker daemon");
  out += fmt::format(".SH DESCRIPTION\n{}\n.SH VERBS\n", roff_text(app.get_description()));
  std::string also;
  for (const CLI::App* verb : told_verbs(app)) {
    out += fmt::format(".TP\n.B {}\n{}\n", roff_text(verb->get_name()), roff_text(verb->get_description()));
    also += fmt::format("{}.BR leakrig\\-{} (1)", also.empty() ? "" : ",\n", roff_text(verb->get_name()));
  }
  out += ".SH OPTIONS\n" + roff_options(app);
  out += as_it_stands("EXIT STATUS", app.get_footer());
  return out + ".SH SEE ALSO\n" + also + "\n";
}

std::string verb_page(const CLI::App& app, const CLI::App& verb) {
  const std::string name = "leakrig-" + verb.get_name();
  std::string out = roff_title(name);
  out +=
      fmt::format(".SH NAME\n{} \\- {}\n.SH SYNOPSIS\n", roff_text(name), roff_text(verb.get_description()));
  const auto inner = told_verbs(verb);
  if (inner.empty()) out += synopsis("leakrig " + verb.get_name(), verb);
  for (const CLI::App* each : inner) {
    out += synopsis(fmt::format("leakrig {} {}", verb.get_name(), each->get_name()), *each) + ".br\n";
  }
  out += ".SH OPTIONS\n" + roff_options(verb);
  for (const CLI::App* each : inner) {
    out += fmt::format(".SH {}\n{}\n{}", roff_text(each->get_name()), roff_text(each->get_description()),
                       roff_options(*each));
    if (!each->get_footer().empty()) out += fmt::format(".PP\n.nf\n{}\n.fi\n", roff_text(each->get_footer()));
  }
  out += as_it_stands("NOTES", verb.get_footer());
  return out + as_it_stands("EXIT STATUS", app.get_footer()) + ".SH SEE ALSO\n.BR leakrig (1)\n";
}

}  // namespace

std::vector<const CLI::App*> told_verbs(const CLI::App& app) {
  std::vector<const CLI::App*> told;
  for (const CLI::App* verb : app.get_subcommands(nullptr)) {
    if (!verb->get_group().empty()) told.push_back(verb);
  }
  return told;
}

std::string manual_page(const CLI::App& app, const std::string& verb) {
  if (verb.empty()) return main_page(app);
  for (const CLI::App* each : told_verbs(app)) {
    if (each->get_name() == verb) return verb_page(app, *each);
  }
  throw UsageError(fmt::format("manual: there is no verb {}", verb));
}

}  // namespace leakrig
