// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/head.h"

#include <algorithm>

#include "daemon/http/ascii.h"

namespace madoguchi::http {
namespace {

constexpr std::size_t kLongestLength = 18;  // decimal digits that fit in 64 bits, with room

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > kLongestLength) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

bool plausible_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_digit(c) || is_letter(c) ||
           std::string_view("-._~%:[]").find(c) != std::string_view::npos;
  });
}

/// The header fields that decide about framing, and how often each occurs.
struct Tally {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
  std::string_view host;
  std::string_view length;
  std::string_view coding;
};

Tally tally(const Request& request, Framing& framing, bool& encoded) {
  Tally count;
  for (const auto& field : request.headers.all()) {
    const std::string_view name = field.first;
    const std::string_view value = field.second;
    if (same_ignoring_case(name, "Host")) {
      ++count.hosts;
      count.host = value;
    } else if (same_ignoring_case(name, "Content-Length")) {
      ++count.lengths;
      count.length = value;
    } else if (same_ignoring_case(name, "Transfer-Encoding")) {
      ++count.codings;
      count.coding = value;
    } else if (same_ignoring_case(name, "Connection")) {
      for_each_element(value, [&](std::string_view option) {
        if (same_ignoring_case(option, "close")) framing.keep_alive = false;
      });
    } else if (same_ignoring_case(name, "Expect")) {
      framing.expect_continue = same_ignoring_case(value, "100-continue");
    } else if (same_ignoring_case(name, "Content-Encoding")) {
      encoded = encoded || !same_ignoring_case(value, "identity");
    }
  }
  return count;
}

std::optional<Refusal> check_coding(const Tally& count, int minor) {
  if (count.codings > 1) return Refusal{400, "more than one Transfer-Encoding"};
  if (count.lengths > 0) return Refusal{400, "Content-Length with Transfer-Encoding"};
  if (minor == 0) return Refusal{400, "Transfer-Encoding in HTTP/1.0"};
  if (same_ignoring_case(count.coding, "chunked")) return std::nullopt;
  int chunked = 0;
  std::string_view last;
  for_each_element(count.coding, [&](std::string_view coding) {
    chunked += same_ignoring_case(coding, "chunked") ? 1 : 0;
    last = coding;
  });
  if (chunked == 1 && same_ignoring_case(last, "chunked")) {
    return Refusal{501, "transfer coding other than chunked"};
  }
  return Refusal{400, "Transfer-Encoding does not end in one chunked"};
}

std::optional<Refusal> check_host(const Tally& count, int minor) {
  if (count.hosts > 1) return Refusal{400, "more than one Host"};
  if (count.hosts == 0 && minor > 0) return Refusal{400, "no Host"};
  if (count.hosts == 1 && !plausible_host(count.host)) return Refusal{400, "bad Host"};
  return std::nullopt;
}

/// RFC 9112, 3.2: origin form stays, absolute form must agree with Host and loses its authority.
std::optional<Refusal> check_target(Request& request, std::string_view host) {
  std::string& target = request.target;
  if (std::any_of(target.begin(), target.end(),
                  [](char c) { return c <= ' ' || c > '~' || c == '#'; })) {
    return Refusal{400, "bad character in the request target"};
  }
  if (target == "*" && request.method == Method::options) return std::nullopt;
  if (target.starts_with('/')) return std::nullopt;
  const auto scheme = target.find("://");
  if (scheme == std::string::npos || (!same_ignoring_case(target.substr(0, scheme), "http") &&
                                      !same_ignoring_case(target.substr(0, scheme), "https"))) {
    return Refusal{400, "bad request target"};
  }
  const auto authority = scheme + 3;
  const auto path = std::min(target.find_first_of("/?", authority), target.size());
  if (!same_ignoring_case(std::string_view(target).substr(authority, path - authority), host)) {
    return Refusal{400, "request target and Host differ"};
  }
  target.erase(0, path);
  if (!target.starts_with('/')) target.insert(target.begin(), '/');
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> HeadScanner::check_line(std::string_view line) {
  if (line.empty() || line.back() != '\r') return Refusal{400, "line does not end in CRLF"};
  if (lines_ == 0) return std::nullopt;
  if (line.front() == ' ' || line.front() == '\t') return Refusal{400, "folded header line"};
  if (line.size() > 1 && lines_ > limits_.headers) return Refusal{431, "too many header fields"};
  return std::nullopt;
}

std::optional<Refusal> HeadScanner::check_sizes(std::string_view input) const {
  if (first_line_end_ == 0) {
    if (input.size() > limits_.request_line + 1) return Refusal{414, "request line too long"};
  } else if (first_line_end_ > limits_.request_line + 2) {
    return Refusal{414, "request line too long"};
  } else if (input.size() - first_line_end_ > limits_.header_bytes) {
    return Refusal{431, "header fields too large"};
  }
  return std::nullopt;
}

HeadScanner::Outcome HeadScanner::scan(std::string_view input) {
  // What does not start like a method (a TLS hello, say) is not waited for.
  if (!input.empty() && !is_token_char(input.front())) return {0, Refusal{400, "no HTTP request"}};
  while (scanned_ < input.size()) {
    const auto end = input.find('\n', scanned_);
    if (end == std::string_view::npos) {
      scanned_ = input.size();
      break;
    }
    const auto line = input.substr(line_start_, end - line_start_);
    scanned_ = line_start_ = end + 1;
    if (auto refusal = check_line(line)) return {0, std::move(refusal)};
    if (lines_ == 0) first_line_end_ = end + 1;
    ++lines_;
    const bool last = line.size() == 1;
    if (auto refusal = check_sizes(input.substr(0, scanned_))) return {0, std::move(refusal)};
    if (last) return {scanned_, std::nullopt};
  }
  return {0, check_sizes(input)};
}

std::optional<Refusal> check_framing(Request& request, int minor, Framing& framing) {
  framing = Framing{};
  framing.keep_alive = minor > 0;
  framing.http10 = minor == 0;
  bool encoded = false;
  const Tally count = tally(request, framing, encoded);
  if (minor == 0) framing.expect_continue = false;
  if (auto refusal = check_host(count, minor)) return refusal;
  if (count.lengths > 1) return Refusal{400, "more than one Content-Length"};
  if (count.codings > 0) {
    if (auto refusal = check_coding(count, minor)) return refusal;
    framing.chunked = true;
  } else if (count.lengths == 1) {
    framing.content_length = parse_length(count.length);
    if (!framing.content_length) return Refusal{400, "bad Content-Length"};
  }
  if (encoded) return Refusal{415, "compressed request body"};
  return check_target(request, count.host);
}

}  // namespace madoguchi::http
