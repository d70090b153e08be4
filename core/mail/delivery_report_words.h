// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/mail/delivery_report.h"

namespace madoguchi::mail {

/// How much of a report's text is looked at, in octets.
inline constexpr std::size_t kReportText = 64 * 1024;

/// What a person reads of the report: its text up to the returned mail.
[[nodiscard]] std::string_view notice_of(std::string_view text);

/// One line of UTF-8, at most 500 octets, runs of blanks as one.
[[nodiscard]] std::string report_words(std::string_view text);

/// The words about one address: the lines from the one that names it to the next that names
/// another. Empty when none does.
[[nodiscard]] std::string words_about(std::string_view notice, std::string_view address);

/// Reports of mail systems that do not speak RFC 3464, known by their senders and words. `marks`
/// are not filled in.
[[nodiscard]] std::optional<DeliveryReport> recognise_report(const Message& message);

}  // namespace madoguchi::mail
