#include <fmt/format.h>

#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "harness/report/checks.h"
#include "harness/report/report.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

struct Counts {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  double wall_s = 0;

  void add(const Check& check) {
    const CheckState state = check.state;
    ++tests;
    wall_s += check.wall_s;  // format: a suite's time is its cases'
    failures += state == CheckState::failed ? 1 : 0;
    errors += state == CheckState::broken ? 1 : 0;
    skipped += state == CheckState::undecided ? 1 : 0;
  }
  void write(pugi::xml_node& node) const {
    node.append_attribute("tests") = tests;
    node.append_attribute("failures") = failures;
    node.append_attribute("errors") = errors;
    node.append_attribute("skipped") = skipped;
  }
};

/// A check is decided by readings that were taken for all of them: what it took is the run's time.
std::string seconds(double wall_s) {
  return fmt::format("{:.3f}", wall_s);
}

void set_text(pugi::xml_node node, const std::string& text) {
  node.append_child(pugi::node_pcdata).set_value(text.c_str());
}

void add_case(pugi::xml_node suite, const std::string& scenario, const Check& check) {
  pugi::xml_node test = suite.append_child("testcase");
  test.append_attribute("classname") = (scenario + "." + check.variant).c_str();
  test.append_attribute("name") = check.what.c_str();
  test.append_attribute("time") = seconds(check.wall_s).c_str();
  std::string evidence;
  for (const auto& line : check.evidence) evidence += line + "\n";
  if (check.state == CheckState::passed) {
    set_text(test.append_child("system-out"), check.message + "\n" + evidence);
    return;
  }
  if (check.state == CheckState::undecided) {
    test.append_child("skipped").append_attribute("message") = check.message.c_str();
    if (!evidence.empty()) set_text(test.append_child("system-out"), evidence);
    return;
  }
  pugi::xml_node problem = test.append_child(check.state == CheckState::failed ? "failure" : "error");
  problem.append_attribute("message") = check.message.c_str();
  problem.append_attribute("type") =
      check.state == CheckState::failed ? "leakrig.expectation" : "leakrig.run";
  set_text(problem, check.message + "\n" + evidence);
}

}  // namespace

/// The dialect that Jenkins, GitLab and GitHub's test reporters have in common: testsuites, a testsuite a
/// variant, a testcase a check; an inconclusive one is skipped. tests/report/junit.xsd is its schema.
std::string render_junit(const Analysis& analysis, const RenderOptions&) {
  const std::string scenario = printable(analysis.scenario.name);
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node suites = document.append_child("testsuites");
  suites.append_attribute("name") = ("leakrig " + scenario).c_str();

  const auto checks = checks_of(analysis);
  std::map<std::string, Counts> counts;
  Counts all;
  for (const auto& check : checks) {
    counts[check.variant].add(check);
    all.add(check);
  }
  all.write(suites);
  suites.append_attribute("time") = seconds(all.wall_s).c_str();
  std::map<std::string, pugi::xml_node> suite_of;
  for (const auto& check : checks) {
    pugi::xml_node& suite = suite_of[check.variant];
    if (!suite) {
      suite = suites.append_child("testsuite");
      suite.append_attribute("name") = (scenario + "." + check.variant).c_str();
      counts.at(check.variant).write(suite);
      suite.append_attribute("time") = seconds(counts.at(check.variant).wall_s).c_str();
    }
    add_case(suite, scenario, check);
  }
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace leakrig
