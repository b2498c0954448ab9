#include "harness/fake_docker/api/create_body.h"

#include <gtest/gtest.h>

#include "harness/fake_docker/http/errors.h"

namespace leakrig::api {
namespace {

std::string refusal(const std::string& body) {
  try {
    read_create_body(body);
  } catch (const ApiError& error) {
    return error.status() == 400 ? error.what() : "another status";
  }
  return "none";
}

TEST(CreateBody, WrongTypesAreRefusedInTheWordsOfGosDecoder) {
  EXPECT_EQ(refusal(R"({"Image":7})"),
            "invalid JSON: json: cannot unmarshal number into Go struct field ContainerConfigWrapper.Image of type string");
  EXPECT_EQ(refusal(R"({"Image":"a","Tty":"yes"})"),
            "invalid JSON: json: cannot unmarshal string into Go struct field ContainerConfigWrapper.Tty of type bool");
  EXPECT_EQ(refusal(R"({"Image":"a","Env":[1]})"),
            "invalid JSON: json: cannot unmarshal number into Go struct field ContainerConfigWrapper.Env of type string");
  EXPECT_EQ(refusal(R"({"Image":"a","Labels":{"b":true}})"),
            "invalid JSON: json: cannot unmarshal bool into Go struct field ContainerConfigWrapper.Labels of type string");
  EXPECT_EQ(refusal(R"({"Image":"a","HostConfig":{"Memory":"1g"}})"),
            "invalid JSON: json: cannot unmarshal string into Go struct field HostConfig.HostConfig.Memory of type int64");
  EXPECT_EQ(refusal(R"({"Image":"a","HostConfig":{"Memory":1.5}})"),
            "invalid JSON: json: cannot unmarshal number 1.5 into Go struct field HostConfig.HostConfig.Memory of type int64");
  EXPECT_EQ(refusal(R"({"Image":"a","Cmd":[1]})"),
            "invalid JSON: json: cannot unmarshal array into Go value of type string");
}

TEST(CreateBody, WithoutAConfigThereIsNothingToCreate) {
  for (const auto* body : {"{}", R"({"HostConfig":{"Memory":1}})", "null"})
    EXPECT_EQ(refusal(body), "config cannot be empty in order to create a container") << body;
  EXPECT_EQ(refusal(""), "invalid JSON: got EOF while reading request body");
  EXPECT_EQ(refusal(R"({"Image":"a","Cmd":null,"HostConfig":null,"NoSuchField":[[]]})"), "none");
}

TEST(CreateBody, DepthIsBounded) {
  for (const auto* field : {R"({"Labels":)", R"({"HostConfig":)", R"({"Cmd":)"}) {
    const std::string deep(100'000, '[');
    EXPECT_EQ(refusal(field + deep).substr(0, 13), "invalid JSON:") << field;
    EXPECT_EQ(refusal(field + deep + std::string(100'000, ']') + "}").substr(0, 13), "invalid JSON:") << field;
  }
}

TEST(CreateBody, WhatItSaidIsRepeatedOverTheDefaults) {
  json config{{"User", ""}, {"Cmd", {"nginx"}}};
  json host{{"ShmSize", 67108864}, {"Memory", 0}, {"Binds", nullptr}};
  repeat_given(read_create_body(R"({"User":"1000","Cmd":"ls","StopTimeout":3,"Nope":1,
                                    "HostConfig":{"Memory":1048576,"ShmSize":0,"Binds":["/a:/b"]}})"),
               config, host);
  EXPECT_EQ(config, (json{{"User", "1000"}, {"Cmd", {"ls"}}, {"StopTimeout", 3}}));
  EXPECT_EQ(host, (json{{"ShmSize", 67108864}, {"Memory", 1048576}, {"Binds", {"/a:/b"}}}));
}

}  // namespace
}  // namespace leakrig::api
