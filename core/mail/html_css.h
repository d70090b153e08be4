// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace madoguchi::mail::html {

/// What remains of a style attribute: declarations of allowed properties whose values hold nothing
/// but words, numbers, colours and quoted font names, as "name:value;name:value". No url(), no
/// other function than rgb() and hsl(), no escapes, no !important, nothing that moves an element
/// out of its place.
[[nodiscard]] std::string safe_style(std::string_view style);

}  // namespace madoguchi::mail::html
