// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace madoguchi::mail::html {

enum class UrlKind { none, web, mail, phone, content, fragment };

/// A URL of an attribute whose entities the parser has read once, after one canonical reading: no
/// white space or control characters, scheme in lower case, host in ASCII, nothing that needs
/// escaping in text. `none` for everything that is not allowed anywhere.
struct Url {
  UrlKind kind = UrlKind::none;
  std::string text;  ///< a fragment: without the #
};

[[nodiscard]] Url canonical_url(std::string_view value);

}  // namespace madoguchi::mail::html
