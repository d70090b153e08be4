// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace madoguchi::mail {

/// Line ends to LF, without a byte order mark, NULs and the blank lines at the end.
[[nodiscard]] std::string normalise_lines(std::string text);

/// format=flowed (RFC 3676): soft-broken lines of one quote depth joined, stuffed spaces taken out.
/// `del_sp` also drops the space that marked the break, as Japanese senders set it. Lines end in
/// LF.
[[nodiscard]] std::string unflow(std::string_view text, bool del_sp);

/// The charset an HTML document names in its first 2 KB (meta charset or http-equiv); may be empty.
[[nodiscard]] std::string_view html_charset(std::string_view html);

/// Plain text as a piece of HTML that shows it line by line.
[[nodiscard]] std::string plain_as_html(std::string_view text);

}  // namespace madoguchi::mail
