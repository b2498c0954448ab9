#include "harness/core/http_url.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(HttpUrl, SplitsHostPortAndPath) {
  const auto url = parse_http_url("http://localhost:6060/debug/pprof?x=1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "localhost");
  EXPECT_EQ(url->port, 6060);
  EXPECT_EQ(url->path, "/debug/pprof?x=1");
}

TEST(HttpUrl, PortAndPathHaveDefaults) {
  EXPECT_EQ(parse_http_url("http://h")->port, 80);
  EXPECT_EQ(parse_http_url("http://h")->path, "/");
  EXPECT_EQ(parse_http_url("http://h?x")->path, "/?x");
}

TEST(HttpUrl, Ipv6StandsInBrackets) {
  EXPECT_EQ(parse_http_url("http://[::1]:80/x")->host, "::1");
  EXPECT_EQ(parse_http_url("http://[::1]/x")->port, 80);
  EXPECT_FALSE(parse_http_url("http://[::1"));
  EXPECT_FALSE(parse_http_url("http://[::1]80"));
}

TEST(HttpUrl, WhatIsNoneIsAbsent) {
  for (const char* text :
       {"", "http://", "http:///x", "https://h", "h:80", "http://h:", "http://h:0", "http://h:65536",
        "http://h:8x", "http://a b", "http://h/a b", "http://u@h", "http://h:1:2"}) {
    EXPECT_FALSE(parse_http_url(text)) << text;
  }
}

TEST(SubjectUrl, HasTlsUsersAndSockets) {
  EXPECT_FALSE(parse_subject_url("http://h:81/x")->tls);
  EXPECT_EQ(parse_subject_url("https://h/x")->port, 443);
  EXPECT_EQ(parse_subject_url("https://h:80/x")->port, 80);
  EXPECT_EQ(parse_subject_url("https://[::1]/x")->port, 443);
  const auto login = parse_subject_url("https://me:p%40ss@h:8443/metrics");
  EXPECT_EQ(login->user, "me");
  EXPECT_EQ(login->password, "p@ss");
  EXPECT_EQ(login->shown("/metrics"), "https://h:8443/metrics");
  EXPECT_EQ(parse_subject_url("http://[::1]:80/x")->shown("/x"), "http://[::1]:80/x");
  const auto socket = parse_subject_url("unix:///run/app.sock:/debug/vars");
  EXPECT_EQ(socket->socket, "/run/app.sock");
  EXPECT_EQ(socket->path, "/debug/vars");
  EXPECT_EQ(socket->shown("/x"), "unix:///run/app.sock:/x");
  EXPECT_EQ(parse_subject_url("unix:///run/app.sock")->path, "/");
  for (const char* text :
       {"ftp://h", "unix://", "unix://relative", "http://u:%4@h", "http://u:%zz@h", "https://"})
    EXPECT_FALSE(parse_subject_url(text)) << text;
}

TEST(SubjectUrl, IsShownWithoutItsLogin) {
  EXPECT_EQ(without_logins("http://u:secret@h:80/p?x=1"), "http://***@h:80/p?x=1");
  EXPECT_EQ(without_logins("at https://u:s%40c@[::1]/p and http://token@h"),
            "at https://***@[::1]/p and http://***@h");
  EXPECT_EQ(without_logins("http://u:p@ss@h/"), "http://***@h/");
  EXPECT_EQ(without_logins("http://u:se/cret@h/"), "http://***@h/");
  EXPECT_EQ(without_logins("postgres://u:secret@db/x"), "postgres://***@db/x");
  for (const char* plain :
       {"http://h:80/a@b", "http://h/?mail=a@b", "a@b", "unix:///run/app.sock:/metrics", ""})
    EXPECT_EQ(without_logins(plain), plain);
}

TEST(SubjectUrl, TakesItsLoginFromANetrcUnlessItHasOne) {
  const char* netrc =
      "machine a login x password y\n# machine h login no password no\nmachine h\n  login me password "
      "p@ss\ndefault login any password one\n";
  auto url = *parse_subject_url("http://h/");
  add_login(url, netrc);
  EXPECT_EQ(url.user, "me");
  EXPECT_EQ(url.password, "p@ss");
  auto other = *parse_subject_url("http://elsewhere/");
  add_login(other, netrc);
  EXPECT_EQ(other.user, "any");
  auto own = *parse_subject_url("http://u:v@h/");
  add_login(own, netrc);
  EXPECT_EQ(own.user, "u");
  auto none = *parse_subject_url("http://h/");
  add_login(none, "machine h login only");
  EXPECT_EQ(none.user, "");
}

}  // namespace
}  // namespace leakrig
