// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::mail {

struct MultipartBody {
  std::vector<std::string_view> parts;  ///< views into the body, headers and all
  bool found = false;                   ///< the boundary stands there at least once
  bool closed = false;                  ///< so does the end boundary
  bool limited = false;                 ///< there were more parts than asked for
};

/// Cuts a multipart body at its boundary lines (RFC 2046 section 5.1.1). The line end before a
/// boundary belongs to the boundary. A missing end boundary ends at the end of the body; what comes
/// between an end boundary and a further boundary (mails glued together) is passed over.
[[nodiscard]] MultipartBody split_multipart(std::string_view body, std::string_view boundary,
                                            std::size_t max_parts);

/// The boundary that the body itself shows ("--x" followed by a header), when the header names none
/// or a wrong one; empty when there is nothing like that.
[[nodiscard]] std::string_view guess_boundary(std::string_view body);

}  // namespace madoguchi::mail
