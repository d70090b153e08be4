// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace madoguchi {

/// One mail address (RFC 5321 Mailbox, RFC 6531 when not ASCII), kept as it was written, without
/// quotes round the local part. Addresses of Japanese carriers that RFC 5321 forbids unquoted
/// ("a..b@docomo.ne.jp", a dot before the @, a leading dash) are taken: people have them.
class EmailAddress {
 public:
  EmailAddress() = default;

  /// At most 320 octets, one @ outside quotes, no control characters, spaces or angle brackets.
  static Result<EmailAddress> parse(std::string_view text);

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] std::string_view local_part() const noexcept;
  [[nodiscard]] std::string_view domain() const noexcept;
  /// What to compare and index by: local part and domain case-folded (ASCII).
  [[nodiscard]] std::string key() const;
  /// As it has to stand in an SMTP command or a header: local part quoted where RFC 5321 demands.
  [[nodiscard]] std::string wire() const;

  bool operator==(const EmailAddress& other) const { return key() == other.key(); }

 private:
  explicit EmailAddress(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace madoguchi
