#include "harness/core/http_url.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace leakrig {

std::optional<HttpUrl> parse_http_url(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (!text.starts_with(kScheme)) return std::nullopt;
  text.remove_prefix(kScheme.size());
  const auto authority = text.substr(0, text.find_first_of("/?"));
  HttpUrl url;
  const auto path = text.substr(authority.size());
  url.path = "/";
  url.path.append(path.substr(path.starts_with('/') ? 1 : 0));

  auto host = authority;
  auto port = std::string_view{};
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
  } else {
    host = authority.substr(0, authority.find(':'));
    port = authority.substr(host.size());
  }
  const auto graphic = [](char c) { return c > ' ' && c < 0x7f && c != '@' && c != '#'; };
  if (host.empty() || !std::all_of(host.begin(), host.end(), graphic)) return std::nullopt;
  if (!std::all_of(url.path.begin(), url.path.end(), [](char c) { return c > ' ' && c != 0x7f; }))
    return std::nullopt;
  url.host = std::string{host};
  if (!port.empty()) {
    if (port.front() != ':') return std::nullopt;
    port.remove_prefix(1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0) return std::nullopt;
  }
  return url;
}

namespace {

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
    if (error != std::errc{} || end != text.data() + i + 3) return std::nullopt;
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

std::optional<HttpUrl> unix_url(std::string_view rest) {
  HttpUrl url;
  const std::size_t colon = rest.find(":/");
  url.socket = std::string{rest.substr(0, colon)};
  url.path = colon == std::string_view::npos ? "/" : std::string{rest.substr(colon + 1)};
  url.host = "localhost";
  // sun_path has 108 bytes with the zero at its end.
  const bool is_path = url.socket.size() > 1 && url.socket.front() == '/' && url.socket.size() < 108;
  return is_path ? std::optional{std::move(url)} : std::nullopt;
}

}  // namespace

std::string HttpUrl::shown(const std::string& of_path) const {
  if (!socket.empty()) return "unix://" + socket + ":" + of_path;
  const bool six = host.find(':') != std::string::npos;
  return (tls ? "https://" : "http://") + (six ? "[" + host + "]" : host) + ":" + std::to_string(port) +
         of_path;
}

std::optional<HttpUrl> parse_subject_url(std::string_view text) {
  constexpr std::string_view kUnix = "unix://";
  constexpr std::string_view kTls = "https://";
  constexpr std::string_view kPlain = "http://";
  if (text.starts_with(kUnix)) return unix_url(text.substr(kUnix.size()));
  const bool tls = text.starts_with(kTls);
  if (!tls && !text.starts_with(kPlain)) return std::nullopt;
  text.remove_prefix(tls ? kTls.size() : kPlain.size());
  std::string_view login;
  const auto authority = text.substr(0, text.find_first_of("/?"));
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    login = authority.substr(0, at);
    text.remove_prefix(at + 1);
  }
  auto url = parse_http_url(std::string{kPlain} + std::string{text});
  if (!url) return std::nullopt;
  url->tls = tls;
  // Port 80 by default, which parse_http_url does not tell from one that is named.
  const auto host_part = text.substr(0, text.find_first_of("/?"));
  const bool named = host_part.ends_with(']')
                         ? false
                         : host_part.find(':', host_part.find(']') + 1) != std::string_view::npos;
  if (tls && !named) url->port = 443;
  const std::size_t colon = login.find(':');
  const auto user = unescaped(login.substr(0, colon));
  const auto password = unescaped(colon == std::string_view::npos ? "" : login.substr(colon + 1));
  if (!user || !password) return std::nullopt;
  url->user = *user;
  url->password = *password;
  return url;
}

std::string without_logins(std::string_view text) {
  constexpr std::string_view kMark = "://";
  constexpr std::string_view kAround = " \t\r\n\"'`<>";
  std::string shown;
  for (std::size_t mark = text.find(kMark); mark != std::string_view::npos; mark = text.find(kMark)) {
    shown += text.substr(0, mark + kMark.size());
    text.remove_prefix(mark + kMark.size());
    const std::string_view url = text.substr(0, text.find_first_of(kAround));
    std::string_view authority = url.substr(0, url.find_first_of("/?#"));
    // "u:pa/ss@host" is no URL, and its password is one all the same.
    const std::size_t colon = authority.rfind(':');
    const bool no_port = colon != std::string_view::npos &&
                         authority.find_first_not_of("0123456789", colon + 1) != std::string_view::npos;
    if (authority.find('@') == std::string_view::npos && no_port) authority = url;
    const std::size_t at = authority.rfind('@');
    if (at == std::string_view::npos) continue;
    shown += "***";
    text.remove_prefix(at);
  }
  shown += text;
  return shown;
}

std::string unreadable_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  return at == std::string_view::npos ? std::string{text} : "***" + std::string{text.substr(at)};
}

void add_login(HttpUrl& url, std::string_view netrc) {
  if (!url.user.empty() || !url.socket.empty()) return;
  std::istringstream in{std::string{netrc}};
  bool is_host = false;
  HttpUrl found = url;
  bool complete = false;
  for (std::string word; in >> word;) {
    if (word.starts_with('#')) {
      std::getline(in, word);
    } else if (word == "machine" || word == "default") {
      if (complete) break;
      std::string name;
      if (word == "machine") in >> name;
      is_host = word == "default" || name == url.host;
      found.user = found.password = "";
    } else if (word == "login" || word == "password") {
      std::string value;
      in >> value;
      if (is_host) (word == "login" ? found.user : found.password) = value;
      complete = is_host && !found.user.empty() && !found.password.empty();
    }
  }
  if (complete) url = found;
}

std::string netrc_text() {
  const char* named = std::getenv("NETRC");
  const char* home = std::getenv("HOME");
  const std::string path = named != nullptr ? named : home != nullptr ? std::string{home} + "/.netrc" : "";
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  return text.str();
}

}  // namespace leakrig
