// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace madoguchi::mail {

/// A name that may be shown and written to a disk: the last component of a path, no control
/// characters, no bidi overrides or invisible spaces, at most 200 octets with its extension kept.
/// Empty when nothing is left ("..", "/").
[[nodiscard]] std::string clean_file_name(std::string_view name);
/// The same for a text that is no path: "Re: A/B" keeps both halves.
[[nodiscard]] std::string file_name_from_text(std::string_view text);
/// ".pdf" for "application/pdf"; ".bin" for what is not known.
[[nodiscard]] std::string_view extension_of(std::string_view media_type);

}  // namespace madoguchi::mail
