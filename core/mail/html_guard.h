// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace madoguchi::mail::html {

/// Whether the tree builder (gumbo: quadratic in depth, not cancellable) can be let loose on it:
/// one linear scan, which may refuse too much but never too little.
[[nodiscard]] bool is_safe_to_parse(std::string_view html);

/// For what is not safe: tags, styles and scripts cut out in one pass, the commonest entities read.
[[nodiscard]] std::string cut_tags(std::string_view html);

}  // namespace madoguchi::mail::html
