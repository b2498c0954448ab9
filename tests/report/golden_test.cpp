#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "harness/analysis/analyze.h"
#include "harness/analysis/isolation.h"
#include "harness/core/run_record.h"
#include "harness/report/isolation.h"
#include "harness/report/report.h"

namespace leakrig {
namespace {

namespace fs = std::filesystem;

/// Whole reports of committed run records. Where one must change: LEAKRIG_UPDATE_GOLDEN=1 golden_test writes
/// them all, `git diff` shows what it does to readers, and the commit says why.
const fs::path kGolden = LEAKRIG_GOLDEN_DIRECTORY;

bool is_update() {
  return std::getenv("LEAKRIG_UPDATE_GOLDEN") != nullptr;
}

std::vector<std::string> records() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kGolden)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

/// The page without its style, script and library, which are files of their own, and without their hashes.
std::string without_assets(std::string page) {
  static const std::regex hash{"sha256-[A-Za-z0-9+/=]+"};
  std::string out;
  const std::string data_begin = R"(<script id="page-data")";
  const auto data = page.find(data_begin);
  const auto cut = [](std::string part) {
    for (const char* tag : {"style", "script"}) {
      const std::string open = "<" + std::string{tag} + ">";
      const std::string close = "</" + std::string{tag} + ">";
      for (std::size_t at = 0; (at = part.find(open, at)) != std::string::npos; at += open.size()) {
        const auto end = part.find(close, at);
        part.erase(at + open.size(), end - at - open.size());
      }
    }
    return part;
  };
  const auto data_end = page.find("</script>", data);
  out = cut(page.substr(0, data)) + page.substr(data, data_end - data) + cut(page.substr(data_end));
  // A line a value, so that a difference can be read.
  replace_all(out, ",\"", ",\n\"");
  return std::regex_replace(out, hash, "sha256-");
}

void compare(const fs::path& file, const std::string& text) {
  if (is_update()) {
    std::ofstream(file, std::ios::binary) << text;
    return;
  }
  std::ifstream in(file, std::ios::binary);
  ASSERT_TRUE(in) << file << " is missing; LEAKRIG_UPDATE_GOLDEN=1 writes it";
  std::ostringstream golden;
  golden << in.rdbuf();
  // Not EXPECT_EQ: it would print both files whole.
  std::istringstream expected(golden.str());
  std::istringstream actual(text);
  std::string line_expected;
  std::string line_actual;
  for (int line = 1;; ++line) {
    const bool more_expected = static_cast<bool>(std::getline(expected, line_expected));
    const bool more_actual = static_cast<bool>(std::getline(actual, line_actual));
    if (!more_expected && !more_actual) break;
    ASSERT_EQ(more_actual ? line_actual : "(the end)", more_expected ? line_expected : "(the end)")
        << file << ":" << line;
  }
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, ReportsOfTheRecordAreAsCommitted) {
  const fs::path directory = kGolden / GetParam();
  const Analysis analysis = analyze(load_run_record(directory));
  const std::map<std::string, std::string> files{{"markdown", "report.md"},      {"json", "result.json"},
                                                 {"csv", "report.csv"},          {"html", "report.html"},
                                                 {"junit", "junit.xml"},         {"github", "github.txt"},
                                                 {"openmetrics", "metrics.txt"}, {"console", "console.txt"}};
  for (const auto& format : report_formats()) {
    ASSERT_TRUE(files.contains(format.name)) << "a golden of the format " << format.name << " is missing";
    SCOPED_TRACE(format.name);
    const std::string text = format.render(analysis, {});
    compare(directory / files.at(format.name),
            std::string_view{format.name} == "html" ? without_assets(text) : text);
  }
}

INSTANTIATE_TEST_SUITE_P(Records, Golden, testing::ValuesIn(records()), [](const auto& record) {
  std::string name = record.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(GoldenIsolation, OfARecordIsAsCommitted) {
  const fs::path directory = kGolden / "isolation";
  const Analysis analysis = analyze(load_run_record(directory));
  Isolation isolation;
  isolation.scenario = "isolation";
  isolation.reference = analysis.reference;
  isolation.targets = isolation_targets(analysis, {});
  isolation.switches = examine_switches(analysis, isolation.targets, {"monitor-off"});
  for (auto& each : isolation.switches) {
    each.kind = each.name == "monitor-off" ? "component" : "transport";
    each.about = "about " + each.name;
    each.blames = "what " + each.name + " changes";
  }
  isolation.cause = name_cause(isolation.switches);
  compare(directory / "isolation.md", render_isolation_markdown(isolation));
  compare(directory / "isolation.txt", render_isolation_console(isolation, false));
  compare(directory / "isolation.json", isolation_json(isolation).dump(2) + "\n");
}

}  // namespace
}  // namespace leakrig
