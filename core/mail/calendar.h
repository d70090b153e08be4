// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace madoguchi::mail {

/// What a text/calendar part (RFC 5545, iTIP methods of RFC 5546) says, a few lines in Japanese and
/// English for the conversation: what is asked (invitation, cancellation, answer), the summary,
/// when with its time zone as sent, where, and the organizer. At most five events; "" when there
/// is none. UTF-8 in and out. Pure; never fails.
[[nodiscard]] std::string calendar_text(std::string_view calendar);

}  // namespace madoguchi::mail
