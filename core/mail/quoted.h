// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace madoguchi::mail {

/// What the sender of a mail wrote anew: the text without earlier mails it quotes and without the
/// signature. For showing first; the whole text is always kept beside it.
///
/// Cut are: lines that begin with > or ＞, with the line that introduces them ("On … wrote:",
/// "2026年11月21日(土) 10:00 山田 <a@b>:", "…のメール:", "…さんは書きました:" and European forms,
/// also over up to three lines); everything after an introduction with a date or address that no
/// such line follows, after "-----Original Message-----" and the like, and after a block of
/// From/Sent/To/ Subject or 差出人/送信日時/宛先/件名; signatures after "-- ", between lines of
/// dashes with an address or telephone number, and of telephones ("iPhoneから送信"). Answers
/// between quoted lines stay. A forwarded mail is not a quote: it stays. Never empty when the text
/// holds anything: then it is the whole text. Ends without a line break. Pure; linear.
[[nodiscard]] std::string visible_text(std::string_view text);

}  // namespace madoguchi::mail
