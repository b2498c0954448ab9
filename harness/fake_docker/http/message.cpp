#include "harness/fake_docker/http/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>

#include "harness/fake_docker/http/product.h"

namespace leakrig {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Now, as RFC 9110 5.6.7 writes it. Worked out once a second: it is in every answer.
std::string_view http_date() {
  struct Written {
    std::time_t at = -1;
    std::string text;
  };
  static thread_local Written written;
  const auto now = std::time(nullptr);
  if (now != written.at) {
    constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    written.text = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                               kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    written.at = now;
  }
  return written.text;
}

}  // namespace

std::string_view Request::param(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

bool Request::has(std::string_view name) const {
  return std::any_of(query.begin(), query.end(), [&](const auto& pair) { return pair.first == name; });
}

bool Request::flag(std::string_view name, bool otherwise) const {
  if (!has(name)) return otherwise;
  std::string value;
  for (const char c : param(name)) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      value += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return !(value.empty() || value == "0" || value == "no" || value == "false" || value == "none");
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      result += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> result;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.empty()) continue;
    const auto equals = std::min(part.find('='), part.size());
    result.emplace_back(percent_decode(part.substr(0, equals), true),
                        percent_decode(part.substr(std::min(equals + 1, part.size())), true));
  }
  return result;
}

const char* reason_phrase(int status) {
  switch (status) {
    case 101:
      return "UPGRADED";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 409:
      return "Conflict";
    case 413:
      return "Request Entity Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Unknown";
  }
}

std::string answer_head(int status, ApiMinor server_minor) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nApi-Version: 1.{}\r\nDocker-Experimental: false\r\nOstype: linux\r\nServer: "
      "Docker/{} (linux)\r\nDate: {}\r\n",
      status, reason_phrase(status), server_minor, product_of(server_minor).version, http_date());
}

std::string stream_head(int status, ApiMinor server_minor, std::string_view content_type, bool chunked,
                        bool keep_alive) {
  return fmt::format("{}Content-Type: {}\r\n{}{}\r\n", answer_head(status, server_minor), content_type,
                     keep_alive && chunked ? "" : "Connection: close\r\n",
                     chunked ? "Transfer-Encoding: chunked\r\n" : "");
}

}  // namespace leakrig
