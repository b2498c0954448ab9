#include "harness/core/bounded_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace leakrig {
namespace {

std::string refusal(const std::string& text, const JsonBounds& bounds = {}) {
  try {
    parse_json(text, bounds);
  } catch (const JsonError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(BoundedJson, IsWhatTheLibraryMakesOfIt) {
  const std::string text =
      R"({"a":[1,-2,3.5,1e3,true,false,null,"x\u00e9\n"],"b":{"c":{}},"d":[],"e":18446744073709551615})";
  EXPECT_EQ(parse_json(text), nlohmann::json::parse(text));
}

TEST(BoundedJson, RefusesWhatIsNestedTooDeep) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(refusal(deep), "line 1, column 101: objects and arrays are nested more than 100 deep");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_NE(refusal(objects).find("nested more than 100 deep"), std::string::npos);
  JsonBounds three;
  three.depth = 3;
  EXPECT_EQ(refusal("[[[]]]", three), "accepted");
  EXPECT_NE(refusal("[[[[]]]]", three), "accepted");
}

TEST(BoundedJson, RefusesWhatIsTooLong) {
  JsonBounds short_text;
  short_text.bytes = 5;
  EXPECT_EQ(refusal("[1,2]", short_text), "accepted");
  EXPECT_EQ(refusal("[1,2] ", short_text), "line 1, column 1: larger than 5 bytes");
}

TEST(BoundedJson, SaysWhereItIsNotJson) {
  EXPECT_EQ(refusal("{\n  \"name\": \"s\",\n  \"subject\": }").find("line 3, column 14: syntax error"), 0U);
  EXPECT_EQ(refusal("\"é\" x").find("line 1, column 5: "), 0U) << refusal("\"é\" x");
  EXPECT_EQ(refusal("{\"a\":1,\n \"a\":2}"), "line 2, column 2: the key \"a\" stands twice in one object");
  EXPECT_NE(refusal("[1e999]").find("number overflow"), std::string::npos);
  EXPECT_NE(refusal(""), "accepted");
  EXPECT_NE(refusal("[] // no"), "accepted") << "comments are not asked for";
}

TEST(BoundedJson, KnowsWhereEachValueStands) {
  JsonBounds bounds;
  bounds.comments = true;
  JsonPlaces places;
  const std::string text = "// a comment, with a ,\n{ \"a/b\" : [ 10,/* x */20 ,\n\"s\" ],\n \"c\": true }";
  parse_json(text, bounds, places);
  EXPECT_EQ(text.substr(places.at("").value, 3), "{ \"");
  EXPECT_EQ(text.substr(places.at("/a~1b").key, 5), "\"a/b\"");
  EXPECT_EQ(text.substr(places.at("/a~1b").value, 1), "[");
  EXPECT_EQ(text.substr(places.at("/a~1b/0").value, 2), "10");
  EXPECT_EQ(text.substr(places.at("/a~1b/1").value, 2), "20");
  EXPECT_EQ(text.substr(places.at("/a~1b/2").value, 3), "\"s\"");
  EXPECT_EQ(text.substr(places.at("/c").value, 4), "true");
  EXPECT_EQ(places.size(), 6U);
  EXPECT_EQ(place_in(text, places.at("/c").key).line, 4U);
  EXPECT_EQ(place_in(text, places.at("/c").key).column, 2U);
}

}  // namespace
}  // namespace leakrig
