// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/mail/charset.h"
#include "core/mail/message.h"

namespace madoguchi::mail {

/// A header as it stands in the mail: both views point into the raw bytes.
struct RawField {
  std::string_view name;
  std::string_view value;  ///< still folded, without the last line end
};

struct FieldLimits {
  std::size_t fields = 2'000;
  std::size_t octets = std::size_t{256} * 1024;
  std::size_t line = std::size_t{64} * 1024;  ///< of one field, folded
};

/// The headers of a mail or of a part of it, and where its body starts.
struct FieldBlock {
  std::vector<RawField> fields;
  std::string_view body;
  bool mended = false;   ///< junk was skipped, or the blank line was missing
  bool limited = false;  ///< a limit was reached: some fields are missing or cut

  /// The value of the first field of that name, nullptr when there is none.
  [[nodiscard]] const std::string_view* find(std::string_view name) const;
};

/// Takes headers and body apart (RFC 5322 section 2.2). Junk before and between the headers is
/// skipped, a boundary line may stand in place of the blank line, and what has no headers at all is
/// all body. `whole_mail` also allows an mbox "From " line and blank lines before the headers.
[[nodiscard]] FieldBlock split_fields(std::string_view bytes, const FieldLimits& limits,
                                      bool whole_mail);

/// Line ends of a folded value taken out, as one space each run of folding white space.
[[nodiscard]] std::string unfold(std::string_view folded);

/// True when the value has anything that is not plain ASCII: encoded-words, 8-bit bytes, escapes.
[[nodiscard]] bool needs_decoding(std::string_view value);

/// An unstructured value to UTF-8: unfolded, encoded-words decoded (RFC 2047, adjacent ones of one
/// charset joined as bytes first), raw 8-bit and ISO-2022-JP runs by the hint or by detection.
/// Control characters are taken out. `decoding`, when given, says how.
[[nodiscard]] std::string decode_header(std::string_view folded, const TextHint& hint = {},
                                        Decoding* decoding = nullptr);

/// Only the raw bytes outside ASCII are decoded: encoded-words stay for after parsing. In UTF-8 no
/// trail byte can be taken for a quote or a backslash.
[[nodiscard]] std::string decode_raw_bytes(std::string_view folded, const TextHint& hint,
                                           Decoding* decoding = nullptr);
/// The encoded-words of text that is UTF-8 already.
[[nodiscard]] std::string decode_words(std::string_view utf8, const TextHint& hint,
                                       Decoding* decoding = nullptr);

/// Length of the encoded-word at the start of `text`, 0 when none starts there.
[[nodiscard]] std::size_t encoded_word_length(std::string_view text);

}  // namespace madoguchi::mail
