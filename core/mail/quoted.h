// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::mail {

struct Message;

/// A run of whole lines that is not what the sender wrote anew, as octets of the text.
struct HiddenRange {
  enum class Reason { quote, signature };
  std::size_t begin = 0;
  std::size_t end = 0;  ///< one behind its last line end
  Reason reason = Reason::quote;

  bool operator==(const HiddenRange&) const = default;
};

struct QuoteHints {
  /// The mail as a whole forwards another one: what would end a reply ("-----Original
  /// Message-----", a block of headers) then begins what it is about.
  bool is_forward = false;
  /// What the html of the same mail marks as quoted, as text (html_quotes). Used when the text
  /// itself shows no quote.
  std::string_view quoted;
};

/// Where a text holds earlier mails and signatures: for showing first what the sender wrote anew;
/// the text itself is never changed. In order, without overlap; nothing when all would be hidden.
///
/// Hidden are: lines that begin with > or ＞, with the line that introduces them ("On … wrote:",
/// "2026年11月21日(土) 10:00 山田 <a@b>:", "…のメール:", "…さんは書きました:" and European forms,
/// also over up to three lines); everything after an introduction with a date or address that no
/// such line follows, after "-----Original Message-----" and the like, and after a block of
/// From/Sent/To/Subject or 差出人/送信日時/宛先/件名; signatures after "-- ", between lines of
/// dashes with an address or telephone number, of telephones ("iPhoneから送信"), and those that the
/// sender's earlier mail, quoted below, ends with too. Answers between quoted lines stay. A
/// forwarded mail is not a quote: it stays. Pure; linear; decides about most lines by their first
/// and last characters.
[[nodiscard]] std::vector<HiddenRange> hidden_ranges(std::string_view text,
                                                     const QuoteHints& hints = {});

/// The text without its hidden ranges; one blank line stands for each. Without a line break at the
/// end.
[[nodiscard]] std::string visible_text(std::string_view text, const QuoteHints& hints = {});

/// The same for a mail, with the hints that its subject and its html give.
[[nodiscard]] std::string visible_text(const Message& mail);

/// "Fwd: x", "転送: x", "WG: x", but not "Re: Fwd: x".
[[nodiscard]] bool is_forward_subject(std::string_view subject);

}  // namespace madoguchi::mail
