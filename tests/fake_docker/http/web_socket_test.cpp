#include "harness/fake_docker/http/web_socket.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using namespace std::string_literals;

/// The frame of RFC 6455 5.7 that says "Hello", masked, with another first byte.
std::string masked_hello(char first) {
  return first + "\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s;
}

TEST(WebSocket, MessagesSayTheirLengthInOneTwoOrEightBytes) {
  EXPECT_EQ(web_socket_message("Hi"), "\x82\x02Hi");
  EXPECT_EQ(web_socket_message(std::string(300, 'x')).substr(0, 4), "\x82\x7e\x01\x2c"s);
  EXPECT_EQ(web_socket_message(std::string(70'000, 'x')).substr(0, 10), "\x82\x7f\0\0\0\0\0\x01\x11\x70"s);
  EXPECT_EQ(web_socket_message(""), "");
  EXPECT_EQ(web_socket_goodbye(), "\x88\x02\x03\xe8");
}

TEST(WebSocket, PayloadsAreUnmaskedHoweverTheyAreCut) {
  const auto text = masked_hello('\x81') + masked_hello('\x82');
  WebSocketReader whole;
  EXPECT_EQ(whole.take(text), "HelloHello");
  WebSocketReader by_bytes;
  std::string all;
  for (const char byte : text) all += by_bytes.take({&byte, 1});
  EXPECT_EQ(all, "HelloHello");
  EXPECT_FALSE(by_bytes.closed());
}

TEST(WebSocket, APingIsOwedAPongAndACloseIsTheEnd) {
  WebSocketReader reader;
  EXPECT_EQ(reader.take(masked_hello('\x89')), "");
  EXPECT_EQ(reader.take_pong(), "\x8a\x05Hello");
  EXPECT_EQ(reader.take_pong(), "") << "once";
  EXPECT_EQ(reader.take(masked_hello('\x88') + masked_hello('\x81')), "");
  EXPECT_TRUE(reader.closed());
}

TEST(WebSocket, WhatIsNoFrameOfAClientIsTheEnd) {
  WebSocketReader unmasked;
  EXPECT_EQ(unmasked.take("\x81\x05Hello, and more"), "");
  EXPECT_TRUE(unmasked.closed());
  WebSocketReader long_ping;
  long_ping.take("\x89\xfe\x01\x00\x37\xfa\x21\x3d"s);
  EXPECT_TRUE(long_ping.closed());
  WebSocketReader unmasked_ping;
  unmasked_ping.take("\x89\x05Hello, and more");
  EXPECT_TRUE(unmasked_ping.closed());
  EXPECT_EQ(unmasked_ping.take_pong(), "") << "nothing is owed for it";
}

}  // namespace
}  // namespace leakrig
