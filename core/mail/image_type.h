// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace madoguchi::mail {

/// How many octets image_type looks at.
inline constexpr std::size_t kImageTypeOctets = 12;

/// The type of an image that html may show, by its first octets and nothing else (S8): PNG, JPEG,
/// GIF or WebP; empty: none of them. Pure.
[[nodiscard]] std::string_view image_type(std::string_view bytes);

}  // namespace madoguchi::mail
