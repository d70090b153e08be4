// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace madoguchi::mail {

/// One address of a header: the display name decoded to UTF-8, the address as EmailAddress takes it
/// (no quotes round the local part), or empty when the header named somebody without an address.
struct Address {
  std::string name;
  std::string address;

  bool operator==(const Address&) const = default;
};

struct Header {
  std::string name;   ///< as written
  std::string value;  ///< unfolded and decoded to UTF-8
};

/// How a text came to be UTF-8: the converter used, and whether that was a guess nobody should
/// trust.
struct Decoding {
  std::string charset;  ///< lower case, such as "iso-2022-jp", "cp932", "utf-8"; empty: no text
  bool sure = true;
};

struct Attachment {
  std::string file_name;   ///< cleaned: no path, no control or bidi characters; never empty
  std::string media_type;  ///< lower case "type/subtype"
  std::string content_id;  ///< without angle brackets, empty when there is none
  bool is_inline = false;  ///< shown inside the html by cid: or Content-Disposition: inline
  std::string bytes;       ///< decoded content (a nested message/rfc822: its raw bytes)
};

/// Something a reader of the message should know about how it was read.
enum class Notice {
  partly_read,     ///< a limit was reached; the raw mail has the rest
  unsure_charset,  ///< some text was decoded by a guess
  malformed,       ///< the structure was broken and was mended
};

/// A mail as a person sees it. Made by `read`, which never fails.
struct Message {
  std::vector<Header> headers;  ///< top level, in order
  std::string message_id;       ///< without angle brackets, empty when there is none
  std::vector<std::string> in_reply_to;
  std::vector<std::string> references;
  std::vector<Address>
      from;  ///< never without an address when Reply-To, Return-Path or Sender has one
  std::vector<Address> sender;
  std::vector<Address> reply_to;
  std::vector<Address> to;
  std::vector<Address> cc;
  std::optional<std::string> return_path;  ///< "" is the null sender, nullopt: no such header
  std::string subject;
  std::optional<TimePoint> date;

  std::string text;  ///< the best plain text: of alternatives, or made from the html
  std::string html;  ///< as sent, in UTF-8, not sanitised; empty when there is none
  Decoding text_decoding;
  Decoding html_decoding;
  Decoding subject_decoding;
  std::vector<Attachment> attachments;
  std::vector<Notice> notices;

  /// SHA-256 (hex) over the transfer-decoded leaf bodies before charset conversion, line ends
  /// normalised, in order: equal for the same mail however it travelled.
  std::string body_digest;

  /// The value of the first header of that name (case-insensitive), or nullptr.
  [[nodiscard]] const std::string* header(std::string_view name) const;
};

}  // namespace madoguchi::mail
