// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace madoguchi::sandboxes {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// What a program asks a sandbox.
struct Request {
  std::string method;
  std::string path;  ///< decoded, without the query
  Pairs query = {};  ///< decoded
  Pairs headers = {};
  std::string body = {};
  std::string host = {};  ///< where the sandbox was reached, for links to itself
  /// Odd behaviours the fault plan wants in this answer, by the names that the sandbox gives them.
  std::set<std::string> quirks = {};

  /// The first of that name, whatever its case.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  /// "a" and "a[]", all of them.
  [[nodiscard]] std::vector<std::string> parameters(std::string_view name) const;
  /// "/a/b" as {"a", "b"}.
  [[nodiscard]] std::vector<std::string> segments() const;
};

struct Response {
  int status = 200;
  std::string body = {};
  std::string media_type = "application/json; charset=utf-8";
  Pairs headers = {};
};

/// As octets with a right Content-Length.
[[nodiscard]] std::string to_wire(const Response& response);
/// From what a connection brought; nothing when it is no HTTP request.
[[nodiscard]] std::optional<Request> from_wire(std::string_view octets);
/// How long the whole request is as far as its head says, or nothing while the head is not there.
[[nodiscard]] std::optional<std::size_t> length_of_request(std::string_view octets);

}  // namespace madoguchi::sandboxes
