// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::mail {

/// An image of html that sanitize_html wrote, and where it names it.
struct ShownImage {
  std::size_t at = 0;    ///< of the attribute, `src="…"` or `data-remote-src="…"`
  std::size_t size = 0;  ///< of the attribute
  std::string url;       ///< "cid:logo@shop.example", "https://…"

  /// The Content-ID of a part of the same mail (RFC 2392); empty: an image of somewhere else.
  [[nodiscard]] std::string content_id() const;
};

/// In order. Only for html that sanitize_html wrote: whatever else is no tag there is escaped.
[[nodiscard]] std::vector<ShownImage> shown_images(std::string_view sanitised);

/// The document that shows a message in a frame of its own (security.md S5, layers 2 and 3 are its
/// headers and the frame): from its sanitised html, or from its text where that is empty.
/// `url_of` tells what serves the part of a content id; an empty one leaves the image out. Images
/// from elsewhere are not loaded; they show where they would be. Pure.
[[nodiscard]] std::string body_page(
    std::string_view sanitised, std::string_view text,
    const std::function<std::string(const std::string& content_id)>& url_of);

}  // namespace madoguchi::mail
