#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leakrig {

/// A URL of HTTP in its parts; there is no fragment.
struct HttpUrl {
  std::string host;  ///< a name or an address, an IPv6 one without its brackets
  std::uint16_t port = 80;
  std::string path;  ///< with its query; "/" at least
  bool tls = false;
  std::string socket;  ///< a Unix socket's path; host and port mean nothing then
  std::string user, password;
  /// "https://host:443/path", "unix:///run/app.sock:/path"; without user and password.
  std::string shown(const std::string& of_path) const;
};

/// Nothing for another scheme, an empty host, or a port that is none.
std::optional<HttpUrl> parse_http_url(std::string_view text);

/// What may be asked of a subject: http:// and https:// with or without USER:PASSWORD@ (with %-escapes), and
/// unix:///SOCKET or unix:///SOCKET:/PATH. Nothing for anything else.
std::optional<HttpUrl> parse_subject_url(std::string_view text);

/// A text with "***" in the place of the user and password of each URL in it: what a record, a report or a
/// message may show.
std::string without_logins(std::string_view text);

/// What a message may show of an address that cannot be read: whatever stands before an '@' may be a login.
std::string unreadable_address(std::string_view text);

/// Fills user and password from the lines of a netrc (curl's: machine, login, password, default), unless the
/// URL has its own. Pure.
void add_login(HttpUrl& url, std::string_view netrc);

/// The text of $NETRC or ~/.netrc; empty where there is none that can be read.
std::string netrc_text();

}  // namespace leakrig
