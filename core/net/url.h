// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace madoguchi::net {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// The URL of something that can be asked over HTTP (RFC 3986), read strictly: http or https, no
/// user, no fragment, nothing but printable ASCII. A host that looks like an address written in
/// an odd way ("127.1", "0x7f000001") is no host. A value.
struct Url {
  enum class Scheme { http, https };

  Scheme scheme = Scheme::https;
  std::string host;  ///< lower case; an address without brackets
  std::uint16_t port = 443;
  std::string target = "/";  ///< path and query

  /// `malformed`, with `detail` saying why.
  [[nodiscard]] static Result<Url> parse(std::string_view text);

  [[nodiscard]] bool is_https() const noexcept { return scheme == Scheme::https; }
  [[nodiscard]] bool is_address() const;  ///< the host is no name
  /// What the Host header says: the port only where it is not the scheme's own.
  [[nodiscard]] std::string authority() const;
  /// For logs: what may stand behind the question mark is nobody's business.
  [[nodiscard]] std::string without_query() const;
  [[nodiscard]] std::string str() const;
  /// This URL with `path` (encoded already) behind its own path and `query` as its query.
  [[nodiscard]] Url below(std::string_view path, const Fields& query = {}) const;

  bool operator==(const Url&) const = default;
};

/// Whether that is an https URL without a user.
[[nodiscard]] bool is_plain_https(std::string_view text);

/// "a=1&b=%E7%AA%93": application/x-www-form-urlencoded, with spaces as %20, which all take.
[[nodiscard]] std::string form_encoded(const Fields& fields);

}  // namespace madoguchi::net
