// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/mail/carrier_emoji.h"
#include "core/mail/message.h"

namespace madoguchi::mail {

/// The charset that a label means in mail, in lower case: every label of the Shift_JIS family is
/// "cp932", latin1 and us-ascii are "windows-1252" and "us-ascii", gb* is "gb18030" and so on.
/// Labels that nobody knows come back in lower case; "" for none.
[[nodiscard]] std::string canonical_charset(std::string_view label);

/// Whether text can be decoded by that label.
[[nodiscard]] bool is_known_charset(std::string_view label);

struct DecodedText {
  std::string text;  ///< valid UTF-8
  Decoding decoding;
};

/// What is known about text beside its label.
struct TextHint {
  std::string_view charset;  ///< tried first where there is no label; may be empty
  Carrier carrier = Carrier::unknown;
};

/// Bytes to UTF-8. Never fails: a label that lies or is missing is replaced by detection, and what
/// cannot be read becomes U+FFFD. Safe for any number of threads (converters are per thread).
[[nodiscard]] DecodedText decode_text(std::string_view bytes, std::string_view label,
                                      const TextHint& hint = {});
/// As the label says and nothing else: for a person who chose the charset. An unknown label is an
/// empty text with an empty charset.
[[nodiscard]] DecodedText decode_text_as(std::string_view bytes, std::string_view label,
                                         Carrier carrier = Carrier::unknown);

/// The carrier that a mail domain (or a whole address) belongs to.
[[nodiscard]] Carrier carrier_of(std::string_view address);

}  // namespace madoguchi::mail
