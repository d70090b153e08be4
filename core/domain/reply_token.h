// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace madoguchi::domain {

/// The signed token that brings an answer back to its case: the sequence of the message that was
/// sent, and 80 bits of a MAC over it, both in lower-case base32 (RFC 4648 alphabet).
///   Message-ID:  c.SEQUENCE.MAC@domain
///   Reply-To and envelope sender:  mailbox+c.SEQUENCE.MAC@domain   (local part at most 64 octets)
///   subject, where a mailbox wants it:  [c.SEQUENCE.MAC] at its end
class ReplyTokens {
 public:
  /// `mac` answers at least ten pseudo-random bytes for a text, under the hub's own key.
  using Mac = std::function<std::string(std::string_view)>;
  explicit ReplyTokens(Mac mac) : mac_(std::move(mac)) {}

  /// "c.SEQUENCE.MAC"
  [[nodiscard]] std::string token(std::int64_t message_sequence) const;
  /// "c.SEQUENCE.MAC@domain"
  [[nodiscard]] std::string message_id(std::int64_t message_sequence,
                                       std::string_view domain) const;
  /// "mailbox+c.SEQUENCE.MAC@domain" for "mailbox@domain"
  [[nodiscard]] std::string sub_address(std::int64_t message_sequence,
                                        std::string_view address) const;
  /// "subject [c.SEQUENCE.MAC]", without the tags it had.
  [[nodiscard]] std::string tagged(std::string_view subject, std::int64_t message_sequence) const;

  /// The bare MAC of a text that begins with what only its own kind of token begins with (and no
  /// digit, as the texts above do).
  [[nodiscard]] std::string mac(std::string_view text) const { return mac_(text); }

  /// The message sequence when `text` (a Message-ID without brackets, or an address) carries a
  /// token that verifies.
  [[nodiscard]] std::optional<std::int64_t> verify(std::string_view text) const;
  /// The same of the last tag in a subject that verifies.
  [[nodiscard]] std::optional<std::int64_t> verify_subject(std::string_view subject) const;

 private:
  Mac mac_;
};

/// The subject without tags of ours, whether they verify or not.
[[nodiscard]] std::string without_subject_tags(std::string_view subject);

/// The address without its sub-address part: "a+b@c" gives "a@c".
[[nodiscard]] std::string without_sub_address(std::string_view address);

}  // namespace madoguchi::domain
