// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/response.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "daemon/http/ascii.h"

namespace madoguchi::http {
namespace {

bool plain_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

bool belongs_to_engine(std::string_view name) {
  for (const std::string_view own : {"Content-Length", "Transfer-Encoding", "Connection", "Date"}) {
    if (same_ignoring_case(name, own)) return true;
  }
  return false;
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

std::optional<std::string> fault_of(const Response& response) {
  if (response.status < 200 || response.status > 599) {
    return "status " + std::to_string(response.status);
  }
  for (const auto& [name, value] : response.headers.all()) {
    if (!is_token(name)) return "a header name that is no token";
    if (!plain_value(value)) return "a control character in " + name;
  }
  return std::nullopt;
}

std::string render_head(const Response& response, const HeadExtras& extras) {
  std::string head;
  head.reserve(256);
  head += "HTTP/1.1 ";
  head += fmt::format_int(response.status).c_str();
  head += ' ';
  head += reason_phrase(response.status);
  head += "\r\nDate: ";
  head += extras.date;
  for (const auto& [name, value] : response.headers.all()) {
    if (belongs_to_engine(name)) continue;
    head += "\r\n";
    head += name;
    head += ": ";
    head += value;
  }
  if (extras.content_length) {
    head += "\r\nContent-Length: ";
    head += fmt::format_int(*extras.content_length).c_str();
  }
  if (extras.chunked) head += "\r\nTransfer-Encoding: chunked";
  if (extras.close) head += "\r\nConnection: close";
  head += "\r\n\r\n";
  return head;
}

std::string http_date(std::int64_t unix_seconds) {
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                     kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

}  // namespace madoguchi::http
