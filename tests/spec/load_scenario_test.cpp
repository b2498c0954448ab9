#include "harness/spec/load_scenario.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/core/error.h"

namespace leakrig {
namespace {

using namespace std::chrono_literals;

std::string message_of(const std::string& text, const ScenarioOverrides& overrides = {}) {
  try {
    parse_scenario(text, "s.json", overrides);
  } catch (const UsageError& e) {
    return e.what();
  }
  return "no error";
}

void expect_said(const std::string& text, const std::string& said, const ScenarioOverrides& overrides = {}) {
  const std::string message = message_of(text, overrides);
  EXPECT_NE(message.find(said), std::string::npos) << message;
}

TEST(LoadScenario, AppliesEachVariantsPatchInTheFilesOrder) {
  const ScenarioSpec scenario = parse_scenario(
      R"({"name":"s","sampling":{"time_scale":10},"fleet":{"containers":3},"subject":{"collector":{}},
    "variants":{"z":{},"a":{"fleet":{"containers":5},"sampling":{"duration":"20m"}}}})",
      "s.json");
  ASSERT_EQ(scenario.variants.size(), 2U);
  EXPECT_EQ(scenario.variants[0].name, "z");
  EXPECT_EQ(scenario.variants[1].fleet.containers, 5U);
  EXPECT_EQ(scenario.variants[1].sampling.duration, 20min);
  EXPECT_EQ(scenario.variants[1].sampling.time_scale, 10);
  EXPECT_EQ(scenario.reference, "z");
  ASSERT_EQ(scenario.variants[1].changes.size(), 2U);
  EXPECT_EQ(scenario.variants[1].changes[0].option, "/fleet/containers");
  EXPECT_EQ(scenario.variants[1].changes[0].before, "3");
  EXPECT_EQ(scenario.variants[1].changes[0].after, "5");
  EXPECT_EQ(scenario.variants[1].changes[1].before, "not set");
}

TEST(LoadScenario, HasOneDefaultVariantAndTheSchemasDefaults) {
  const ScenarioSpec scenario =
      parse_scenario(R"({"name":"s","subject":{"collector":{}}} // comments are allowed)", "s.json");
  ASSERT_EQ(scenario.variants.size(), 1U);
  EXPECT_EQ(scenario.variants[0].name, "default");
  EXPECT_EQ(scenario.variants[0].sampling.warmup, 1min);
  EXPECT_EQ(scenario.variants[0].sampling.resolution, 2s);
  EXPECT_EQ(scenario.title, "s");
}

TEST(LoadScenario, GroupsAreAsTheFleetWhereTheyDoNotSayOtherwise) {
  const ScenarioSpec scenario = parse_scenario(
      R"({"name":"s","subject":{"collector":{}},"fleet":{"logs":{"bytes":200,"tty":true},"churn":{"lifetime":"3m"},
    "groups":[{"name":"a","containers":2},{"name":"b","logs":{"tty":false},"churn":{"lifetime":"7m"}}]}})",
      "s.json");
  const auto& fleet = scenario.variants[0].fleet;
  EXPECT_EQ(fleet.containers, 3U);
  ASSERT_EQ(fleet.groups.size(), 2U);
  EXPECT_TRUE(fleet.groups[0].logs.tty);
  EXPECT_EQ(fleet.groups[0].churn->lifetime, 3min);
  EXPECT_FALSE(fleet.groups[1].logs.tty);
  EXPECT_EQ(fleet.groups[1].logs.bytes, 200U);
  EXPECT_EQ(fleet.groups[1].churn->lifetime, 7min);
}

TEST(LoadScenario, GroupsThatCannotBeAreRefused) {
  const auto with = [](const std::string& fleet) { return R"({"name":"s","subject":{"collector":{}},"fleet":)" + fleet + "}"; };
  expect_said(with(R"({"containers":2,"groups":[{"name":"a","containers":3}]})"), "must be at least the 3 containers of the groups");
  expect_said(with(R"({"groups":[{"name":"a"},{"name":"a"}]})"), "another group is named \"a\"");
  expect_said(with(R"({"groups":[{"name":"a","churn":{"lifetime":"1ms"}}]})"), "/fleet/groups/0/churn/lifetime");
  expect_said(with(R"({"groups":[{"name":"a","ports":["http"]}]})"), "/fleet/groups/0/ports/0");
  expect_said(with(R"({"groups":[{"name":"a","health":"well"}]})"), "/fleet/groups/0/health");
}

TEST(LoadScenario, OverridesReachTheVariants) {
  ScenarioOverrides overrides;
  overrides.set.push_back(parse_set_option("/fleet/containers=20"));
  overrides.time_scale = 1;
  overrides.only_variants = {"b"};
  const ScenarioSpec scenario = parse_scenario(
      R"({"name":"s","subject":{"collector":{}},"reference":"a","variants":{"a":{},"b":{"sampling":{"time_scale":30}}},
          "expect":{"a":{"threads":"leak"},"b":{"threads":"leak","versus_reference":"identical"}}})",
      "s.json", overrides);
  ASSERT_EQ(scenario.variants.size(), 1U);
  EXPECT_EQ(scenario.variants[0].fleet.containers, 20U);
  EXPECT_EQ(scenario.variants[0].sampling.time_scale, 1);
  // Nothing is expected of what is not run, and the resolved file is valid by itself.
  ASSERT_EQ(scenario.variants[0].expect.size(), 1U);
  EXPECT_EQ(scenario.variants[0].expect[0].what, "threads");
  const ScenarioSpec again = parse_scenario(scenario.document, "again");
  EXPECT_EQ(again.variants.size(), 1U);
  EXPECT_EQ(again.variants[0].expect.size(), 1U);
}

TEST(LoadScenario, SaysWhereItIsNotJson) {
  expect_said("{\n  \"name\": \"s\",\n  \"subject\": }", "s.json:3:14: not JSON");
  expect_said("", "not JSON");
  expect_said(R"({"name":"a","name":"b","subject":{"collector":{}}})", "\"name\" stands twice");
}

TEST(LoadScenario, PointsIntoThePatchOfAVariant) {
  expect_said(R"({"name":"s","subject":{"collector":{}},"variants":{"a":{"fleet":{"containers":-1}}}})",
              "s.json:1:79: /variants/a/fleet/containers: ");
  expect_said(R"({"name":"s","subject":{"collector":{}},"variants":{"a":{"name":"x"}}})",
              "/variants/a/name: a variant cannot change this");
}

TEST(LoadScenario, RefusesWhatTheSchemaCannotSay) {
  const auto with = [](const std::string& rest) {
    return R"({"name":"s","subject":{"collector":{}},)" + rest + "}";
  };
  expect_said(with(R"("sampling":{"every":"3s","resolution":"2s"})"),
              "/sampling/every: must be a whole multiple");
  expect_said(with(R"("sampling":{"duration":"30s"})"), "/sampling/duration: must be at least one row");
  expect_said(with(R"("sampling":{"duration":"9000h"})"), "/sampling/duration: would take more than");
  expect_said(with(R"("sampling":{"resolution":"100ms","every":"1m","time_scale":600})"),
              "/sampling/resolution: is below 2 ms");
  expect_said(with(R"("fleet":{"churn":{"lifetime":"0s"}})"), "/fleet/churn/lifetime");
  expect_said(with(R"("replicates":0)"), "/replicates: ");
  expect_said(with(R"("variants":{"a":{"replicates":2}})"), "a variant cannot change this");
  expect_said(with(R"("reference":"other")"), "/reference: no variant \"other\"");
  expect_said(with(R"("expect":{"defualt":{"threads":"leak"}})"),
              "/expect/defualt: no such variant, did you mean \"default\"?");
  expect_said(with(R"("expect":{"default":{"versus_reference":"identical"}})"), "is the reference itself");
  expect_said(R"({"name":"s","subject":{}})", "/subject: needs exactly one of");
  expect_said(R"({"name":"s","subject":{"collector":{},"pid":1}})", "has collector and pid");
  expect_said(R"({"name":"s","subject":{"collector":{},"env":{}}})",
              "/subject/env: goes with \"command\" only");
}

TEST(LoadScenario, RefusesATimeScaleThatWouldMislead) {
  expect_said(R"({"name":"s","subject":{"command":["x"]},"sampling":{"time_scale":60}})",
              "/sampling/time_scale: must be 1 with \"command\"");
  EXPECT_EQ(message_of(R"({"name":"s","subject":{"command":["x"]},"sampling":{"time_scale":1}})"),
            "no error");
  EXPECT_EQ(
      message_of(
          R"({"name":"s","subject":{"command":["x"],"paced_by":"fleet"},"sampling":{"time_scale":60}})"),
      "no error");
}

TEST(LoadScenario, RefusesOverridesThatReachNothing) {
  EXPECT_THROW(parse_set_option("fleet=3"), UsageError);
  EXPECT_THROW(parse_set_option("/fleet"), UsageError);
  ScenarioOverrides unknown;
  unknown.set.push_back(parse_set_option("/fleet/containerz=3"));
  expect_said(R"({"name":"s","subject":{"collector":{}}})", "/fleet/containerz: unknown key", unknown);
  ScenarioOverrides through_a_number;
  through_a_number.set.push_back(parse_set_option("/name/x=3"));
  expect_said(R"({"name":"s","subject":{"collector":{}}})", "/name/x: --set cannot reach this place",
              through_a_number);
  ScenarioOverrides variant;
  variant.only_variants = {"nope"};
  expect_said(R"({"name":"s","subject":{"collector":{}}})", "no variant \"nope\"; there are: default",
              variant);
}

TEST(LoadScenario, TakesTheSmallestScenarioWithACommand) {
  const ScenarioSpec scenario = parse_scenario(R"({"name":"s","subject":{"command":["./x"]}})", "s.json");
  EXPECT_EQ(scenario.sampling.time_scale, 1);
  EXPECT_EQ(scenario.fleet.containers, 0U) << "it does not ask for Docker";
  EXPECT_FALSE(scenario.subject.asks_for_docker());
  EXPECT_FALSE(scenario.subject.asks_for_sink());
  EXPECT_TRUE(scenario.subject.probes.children);
}

TEST(LoadScenario, GivesACommandWhatItAsksFor) {
  const ScenarioSpec scenario = parse_scenario(
      R"({"name":"s","subject":{"command":["./x","{file:c.yaml}"],"files":{"c.yaml":"docker: {docker_host}"}},
          "variants":{"sink":{"subject":{"env":{"LOKI":"{loki_url}"}}},
          "socket":{"subject":{"command":["y","{docker_socket}"],"files":null}},
          "none":{"subject":{"command":["y"],"files":null}},
          "told":{"fleet":{"containers":3},"subject":{"command":["y"],"files":null}}}})",
      "s.json");
  EXPECT_EQ(scenario.fleet.containers, 8U);
  EXPECT_FALSE(scenario.subject.asks_for_sink());
  EXPECT_TRUE(scenario.variants[0].subject.asks_for_sink());
  EXPECT_EQ(scenario.variants[1].fleet.containers, 8U);
  EXPECT_EQ(scenario.variants[2].fleet.containers, 0U);
  EXPECT_EQ(scenario.variants[3].fleet.containers, 3U);
}

TEST(LoadScenario, SaysEverythingThatIsWrongAtOnce) {
  const std::string text = R"({
  "name": "s",
  "subject": {
    "command": ["./x", "--at={docker_hots}", "--port", "{port}"],
    "cwd": "/tmp"
  },
  "sampling": { "duration": 5, "time_scale": 60 },
  "flet": {},
  "expect": { "default": { "threds": "leak" }, "other": { "threads": "leaks" } }
})";
  try {
    parse_scenario(text, "s.json");
    FAIL();
  } catch (const ScenarioError& e) {
    std::vector<std::string> found;
    for (const auto& problem : e.problems())
      found.push_back(fmt::format("{}:{} {}", problem.line, problem.column, problem.pointer));
    EXPECT_EQ(found, (std::vector<std::string>{"4:24 /subject/command/1", "4:56 /subject/command/3",
                                               "5:5 /subject/cwd", "7:29 /sampling/duration", "8:3 /flet",
                                               "9:28 /expect/default/threds", "9:48 /expect/other",
                                               "9:70 /expect/other/threads"}))
        << e.what();
    const std::string said = e.what();
    EXPECT_NE(said.find("did you mean {docker_host}?"), std::string::npos) << said;
    EXPECT_NE(said.find("did you mean {port:NAME}?"), std::string::npos) << said;
    EXPECT_NE(said.find("s.json:5:5: /subject/cwd: unknown key, did you mean \"working_directory\"?"),
              std::string::npos)
        << said;
  }
}

TEST(LoadScenario, TakesAnAbsolutePathOfTheDockerSocketAlone) {
  EXPECT_EQ(message_of(R"({"name":"s","subject":{"command":["y"],"docker_socket_at":"/var/run/docker.sock"}})"),
            "no error");
  expect_said(R"({"name":"s","subject":{"command":["y"],"docker_socket_at":"docker.sock"}})",
              "/subject/docker_socket_at: is no absolute path");
}

TEST(LoadScenario, TakesBracesThatAreNoPlaceholders) {
  EXPECT_EQ(
      message_of(
          R"({"name":"s","subject":{"command":["sh","-c","echo ${home} {a,b}; awk '{{print}}'","{\"a\":1}"]}})"),
      "no error");
  expect_said(R"({"name":"s","subject":{"command":["awk","{print}"]}})",
              "{{print}} stands for {print} itself");
  expect_said(R"({"name":"s","subject":{"command":["x","{file:a}"]}})", "no such file in \"files\"");
  expect_said(R"({"name":"s","subject":{"pid":1,"probes":{"pprof":"http://127.0.0.1:{port:p}"}}})",
              "placeholders go with \"command\" only");
}

TEST(LoadScenario, AcceptsTheKeysOfOlderVersionsWithANote) {
  const ScenarioSpec scenario = parse_scenario(
      R"({"name":"s","subject":{"collector":{}},"baseline":"b","variants":{"a":{},"b":{}},
          "expect":{"a":{"versus_baseline":"worse"}}})",
      "s.json");
  EXPECT_EQ(scenario.reference, "b");
  EXPECT_EQ(scenario.variants[0].expect.front().kind, Expectation::Kind::versus_reference);
  ASSERT_EQ(scenario.notes.size(), 2U);
  EXPECT_EQ(scenario.notes[0],
            "/baseline: \"baseline\" is called \"reference\" now; the old name is accepted in this version");
  EXPECT_EQ(scenario.document.find("baseline"), std::string::npos);
  expect_said(R"({"name":"s","subject":{"collector":{}},"baseline":"default","reference":"default"})",
              "/baseline: is the old name of \"reference\", which is there too");
}

TEST(LoadScenario, RefusesWhatIsNestedTooDeep) {
  std::string deep = R"({"name":"s","subject":{"collector":{}},"variants":{"a":)";
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  expect_said(deep, "nested more than 100 deep");
}

TEST(LoadScenario, ReadsARecordsScenarioAsItIs) {
  const ScenarioSpec old = read_recorded_scenario(
      R"({"name":"old","subject":{"command":["x"],"paced_by":"fleet"},"baseline":"b","variants":{"a":{},"b":{}},
          "expect":{"a":{"versus_baseline":"identical","gone_metric":"stable"}},"a_key_of_then":1})",
      "scenario.json");
  EXPECT_EQ(old.reference, "b");
  EXPECT_EQ(old.sampling.time_scale, 60) << "what was assumed then";
  EXPECT_EQ(old.variants[0].expect.size(), 2U);
  const ScenarioSpec watched =
      read_recorded_scenario(R"({"name":"watch","subject":{},"sampling":{"time_scale":1}})", "w");
  EXPECT_EQ(watched.variants.front().name, "default");
  EXPECT_EQ(watched.subject.what.index(), 0U);
  EXPECT_THROW(read_recorded_scenario("[]", "w"), UsageError);
  EXPECT_THROW(read_recorded_scenario(R"({"sampling":{"duration":5}})", "w"), UsageError);
}

TEST(LoadScenario, ShippedOnesAreValid) {
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(LEAKRIG_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".json" || entry.path().filename() == "scenario.schema.json") continue;
    const ScenarioSpec scenario = load_scenario(entry.path());
    EXPECT_EQ(scenario.name + ".json", entry.path().filename().string());
    ++count;
  }
  EXPECT_GE(count, 30);
}

TEST(LoadScenario, SaysThatAFileIsNotThere) {
  try {
    load_scenario("/no/such/file.json");
    FAIL();
  } catch (const UsageError& e) {
    EXPECT_NE(std::string{e.what()}.find("/no/such/file.json: no such scenario file"), std::string::npos);
  }
}

}  // namespace
}  // namespace leakrig
