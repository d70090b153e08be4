// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace madoguchi::mail {

/// What a text/vcard part (RFC 6350, RFC 2426 and vCard 2.1 of telephones) says, a few lines in
/// Japanese and English for the conversation: name, organisation, mail addresses and telephone
/// numbers. At most twenty cards; "" when there is none. UTF-8 in (values that say their charset:
/// in that), UTF-8 out. Pure; never fails.
[[nodiscard]] std::string vcard_text(std::string_view cards);

}  // namespace madoguchi::mail
