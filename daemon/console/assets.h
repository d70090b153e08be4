// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

/// The web console as it was built (console/), inside of the binary: no file is needed to serve it.
namespace madoguchi::console {

/// One file. The views last as long as the program.
struct Asset {
  std::string_view path;  ///< below /app/, such as "assets/index-BQ3kPz.js"
  std::string_view type;  ///< of its content
  std::string_view etag;  ///< strong, with quotes, of the content without an encoding
  bool hashed = false;    ///< its name changes with its content
  std::string_view plain;
  std::string_view gzip;    ///< empty where it would not be smaller
  std::string_view brotli;  ///< the same
};

/// What was built, sorted by path; empty in a build without the console (MADOGUCHI_CONSOLE=OFF).
[[nodiscard]] std::span<const Asset> assets();

}  // namespace madoguchi::console
