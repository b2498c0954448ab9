#include <gtest/gtest.h>
#include <snappy.h>
#include <zstd.h>

#include <nlohmann/json.hpp>
#include <protozero/pbf_writer.hpp>

#include "harness/core/sink_kinds.h"
#include "harness/core/content_coding.h"
#include "harness/fake_sink/forms/sink_form.h"

namespace leakrig {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

ServedRequest request_of(std::string method, std::string path, std::string body, std::string type = "application/json") {
  ServedRequest request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.body = std::move(body);
  request.content_type = std::move(type);
  request.has_authorization = true;
  return request;
}

ServedRequest post(std::string path, std::string body, std::string type = "application/json") {
  return request_of("POST", std::move(path), std::move(body), std::move(type));
}

json body_of(const SinkReply& reply) {
  return json::parse(reply.answer.body);
}

std::string loki_protobuf(const std::string& labels) {
  std::string entry;
  protozero::pbf_writer{entry}.add_string(2, "web-1 seq=1");
  std::string stream;
  protozero::pbf_writer writer{stream};
  writer.add_string(1, labels);
  writer.add_message(2, entry);
  std::string push;
  protozero::pbf_writer{push}.add_message(1, stream);
  return push;
}

TEST(LokiForm, TakesProtobufWithSnappy) {
  const auto form = loki_form();
  std::string body;
  const auto push = loki_protobuf(R"({job="a"})");
  snappy::Compress(push.data(), push.size(), &body);
  const auto reply = form.reply(post("/loki/api/v1/push", body, "application/x-protobuf"));
  EXPECT_EQ(reply.answer.status, 204);
  EXPECT_EQ(reply.lines, Lines{"web-1 seq=1"});
  auto named = post("/loki/api/v1/push", push, "application/x-protobuf");
  named.coding = "snappy";  // the server has undone it
  EXPECT_EQ(form.reply(named).lines, Lines{"web-1 seq=1"});
}

TEST(LokiForm, RefusesWhatIsNoPush) {
  const auto form = loki_form();
  const auto status = [&](const std::string& plain) {
    std::string body;
    snappy::Compress(plain.data(), plain.size(), &body);
    return form.reply(post("/loki/api/v1/push", body, "application/x-protobuf")).answer.status;
  };
  EXPECT_EQ(status(loki_protobuf("{}")), 400) << "no labels";
  EXPECT_EQ(status("\xff\xff\xff"), 400);
  EXPECT_EQ(form.reply(post("/loki/api/v1/push", "not snappy", "application/x-protobuf")).answer.status, 400);
}

TEST(ElasticsearchForm, AnswersABulkItemByItem) {
  const auto reply = elasticsearch_form().reply(
      post("/_bulk",
           "{\"index\":{\"_index\":\"a\"}}\n{\"message\":\"web-1 seq=1\"}\n"
           "{\"create\":{\"_index\":\"b\",\"_id\":\"7\"}}\n{\"log\":{\"text\":\"web-1 seq=2\"}}\n"
           "{\"delete\":{\"_index\":\"a\",\"_id\":\"1\"}}\n",
           "application/x-ndjson"));
  EXPECT_EQ(reply.answer.status, 200);
  EXPECT_EQ(reply.lines, (Lines{"web-1 seq=1\n", "web-1 seq=2\n"}));
  const auto answer = body_of(reply);
  EXPECT_EQ(answer["errors"], false);
  ASSERT_EQ(answer["items"].size(), 3U);
  EXPECT_EQ(answer["items"][1]["create"]["_id"], "7");
  EXPECT_EQ(answer["items"][1]["create"]["status"], 201);
  EXPECT_TRUE(answer["items"][2].contains("delete"));
  EXPECT_EQ(reply.answer.headers.front().first, "X-Elastic-Product");
}

TEST(ElasticsearchForm, SaysWhichItemIsWrong) {
  const auto form = elasticsearch_form();
  const auto broken = body_of(form.reply(post("/logs/_bulk", "{\"index\":{}}\n{\"a\":\n{\"index\":{}}\n{\"m\":\"x\"}\n")));
  EXPECT_EQ(broken["errors"], true);
  EXPECT_EQ(broken["items"][0]["index"]["status"], 400);
  EXPECT_EQ(broken["items"][1]["index"]["status"], 201);
  EXPECT_EQ(form.reply(post("/_bulk", "{\"index\":{}}\n{\"m\":1}")).answer.status, 400) << "no newline at the end";
  EXPECT_EQ(form.reply(post("/_bulk", "hello\n")).answer.status, 400);
}

TEST(ElasticsearchForm, AnswersWhatClientsAskBefore) {
  const auto form = elasticsearch_form();
  const auto root = body_of(form.reply(request_of("GET", "/", "")));
  EXPECT_EQ(root["tagline"], "You Know, for Search");
  EXPECT_EQ(form.reply(request_of("HEAD", "/_index_template/x", "")).answer.status, 404);
  EXPECT_EQ(body_of(form.reply(request_of("PUT", "/_index_template/x", "{}")))["acknowledged"], true);
  EXPECT_EQ(body_of(form.reply(request_of("GET", "/_license", "")))["license"]["type"], "basic");
  EXPECT_EQ(form.reply(post("/logs/_doc", R"({"m":"web-1 seq=1"})")).answer.status, 201);
}

std::string otlp_protobuf() {
  std::string value;
  protozero::pbf_writer{value}.add_string(1, "web-1 seq=1");
  std::string record;
  protozero::pbf_writer{record}.add_message(5, value);
  std::string scope;
  protozero::pbf_writer{scope}.add_message(2, record);
  std::string resource;
  protozero::pbf_writer{resource}.add_message(2, scope);
  std::string request;
  protozero::pbf_writer{request}.add_message(1, resource);
  return request;
}

TEST(OtlpForm, TakesProtobufAndJson) {
  const auto form = otlp_form();
  const auto binary = form.reply(post("/v1/logs", otlp_protobuf(), "application/x-protobuf"));
  EXPECT_EQ(binary.answer.status, 200);
  EXPECT_EQ(binary.answer.content_type, "application/x-protobuf");
  EXPECT_EQ(binary.lines, Lines{"web-1 seq=1\n"});
  const json record{{"body", {{"stringValue", "web-1 seq=1"}}}};
  const json request{{"resourceLogs", {{{"scopeLogs", {{{"logRecords", {record, record}}}}}}}}};
  EXPECT_EQ(form.reply(post("/v1/logs", request.dump())).lines.size(), 2U);
  EXPECT_EQ(form.reply(post("/v1/traces", "x", "application/x-protobuf")).answer.status, 200);
  EXPECT_EQ(form.reply(post("/v1/logs", "{", "application/json")).answer.status, 400);
  EXPECT_EQ(form.reply(post("/v1/logs", "\x0a\xff", "application/x-protobuf")).answer.status, 400);
  EXPECT_EQ(form.reply(post("/v1/logs", "x", "text/plain")).answer.status, 415);
}

TEST(OtlpForm, RefusesValuesWithinValuesWithoutEnd) {
  std::string value;
  protozero::pbf_writer{value}.add_string(1, "x");
  for (int i = 0; i < 1000; ++i) {
    std::string array;
    protozero::pbf_writer{array}.add_message(1, value);
    value.clear();
    protozero::pbf_writer{value}.add_message(5, array);
  }
  std::string deep;
  protozero::pbf_writer{deep}.add_message(5, value);
  for (const unsigned tag : {2U, 2U, 1U}) {
    std::string outer;
    protozero::pbf_writer{outer}.add_message(tag, deep);
    deep = outer;
  }
  EXPECT_EQ(otlp_form().reply(post("/v1/logs", deep, "application/x-protobuf")).answer.status, 400);
}

TEST(SplunkForm, TakesEventsOneBehindAnotherAndRawLines) {
  const auto form = splunk_form();
  const auto events = form.reply(post("/services/collector/event", R"({"event":"web-1 seq=1"}{"event":{"m":"}{"}} {"event":"x"})"));
  EXPECT_EQ(body_of(events)["code"], 0);
  EXPECT_EQ(events.lines, (Lines{"web-1 seq=1\n", "}{\n", "x\n"}));
  EXPECT_EQ(form.reply(post("/services/collector/raw", "a\n\nb\n")).lines, (Lines{"a", "b"}));
  EXPECT_EQ(body_of(form.reply(post("/services/collector/ack", R"({"acks":[0,1]})")))["acks"]["1"], true);
}

TEST(SplunkForm, RefusesInSplunksWords) {
  const auto form = splunk_form();
  const auto code = [&](const std::string& body) {
    return body_of(form.reply(post("/services/collector", body)))["code"];
  };
  EXPECT_EQ(code(""), 5);
  EXPECT_EQ(code("{\"event\":"), 6);
  EXPECT_EQ(code("{\"time\":1}"), 12);
  EXPECT_EQ(code("{\"event\":\"\"}"), 13);
  auto anonymous = post("/services/collector", "{}");
  anonymous.has_authorization = false;
  EXPECT_EQ(form.reply(anonymous).answer.status, 401);
}

TEST(DatadogForm, TakesArraysObjectsAndText) {
  const auto form = datadog_form();
  const auto array = form.reply(post("/api/v2/logs", R"([{"message":"a"},{"message":"b"}])"));
  EXPECT_EQ(array.answer.status, 202);
  EXPECT_EQ(array.lines, (Lines{"a\n", "b\n"}));
  EXPECT_EQ(form.reply(post("/v1/input/key", R"({"message":"a"})")).lines, Lines{"a\n"});
  EXPECT_EQ(form.reply(post("/v1/input", "plain", "text/plain")).lines, Lines{"plain"});
  EXPECT_EQ(form.reply(post("/api/v2/logs", "{")).answer.status, 400);
}

TEST(HttpForm, FindsTheLinesOfAnyEnvelope) {
  const auto form = http_form();
  EXPECT_EQ(form.reply(post("/x", R"([{"m":"a"},{"m":"b"}])")).lines, (Lines{"a\n", "b\n"}));
  EXPECT_EQ(form.reply(post("/x", "{\"m\":\"a\"}\n{\"m\":\"b\"}\n")).lines, (Lines{"a\n", "b\n"}));
  EXPECT_EQ(form.reply(post("/x", "a\nb\n", "text/plain")).lines, (Lines{"a", "b"}));
  EXPECT_EQ(form.reply(post("/x", R"({"rows":[{"message":"a","original":"a"},{"message":"b"}]})")).lines,
            (Lines{"a", "b"}));
  EXPECT_EQ(form.reply(request_of("PUT", "/x", "a")).answer.status, 200);
}

TEST(SinkForms, DoNotDieOfNesting) {
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  for (const auto& form : {loki_form(), elasticsearch_form(), otlp_form(), splunk_form(), datadog_form(), http_form()}) {
    for (const auto* path : {"/loki/api/v1/push", "/_bulk", "/v1/logs", "/services/collector", "/api/v2/logs", "/x"})
      form.reply(post(path, deep));
    form.reply(post("/_bulk", "{\"index\":" + deep + "}\n" + deep + "\n"));
  }
}

TEST(DecodedBody, UndoesZstdAndSnappyWithinTheLimit) {
  const std::string text(10'000, 'x');
  std::string zstd(ZSTD_compressBound(text.size()), '\0');
  zstd.resize(ZSTD_compress(zstd.data(), zstd.size(), text.data(), text.size(), 1));
  std::string block;
  snappy::Compress(text.data(), text.size(), &block);
  for (const auto& [coding, body] : {std::pair{"zstd", zstd}, std::pair{"snappy", block}}) {
    EXPECT_EQ(std::get<std::string>(decoded_body(coding, body, 10'000)), text) << coding;
    EXPECT_TRUE(std::holds_alternative<DecodedTooLarge>(decoded_body(coding, body, 9'999))) << coding;
    EXPECT_TRUE(std::holds_alternative<DamagedCoding>(decoded_body(coding, body.substr(0, body.size() / 2), 20'000)))
        << coding;
    EXPECT_TRUE(std::holds_alternative<DamagedCoding>(decoded_body(coding, "", 20'000))) << coding;
  }
  EXPECT_EQ(std::get<std::string>(decoded_body("zstd", zstd + zstd, 20'000)), text + text);
  EXPECT_TRUE(std::holds_alternative<UnknownCoding>(decoded_body("br", "x", 10)));
}

TEST(DecodedBody, UndoesFramedSnappy) {
  std::string block;
  snappy::Compress("hello", 5, &block);
  const auto chunk = [](char type, const std::string& data) {
    return std::string{type, static_cast<char>(data.size()), 0, 0} + data;
  };
  const auto framed = chunk('\xff', "sNaPpY") + chunk(0, "sum4" + block) + chunk('\xfe', "pad") + chunk(1, "sum4 you");
  EXPECT_EQ(std::get<std::string>(decoded_body("snappy", framed, 100)), "hello you");
}

}  // namespace
}  // namespace leakrig
