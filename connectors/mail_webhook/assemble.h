// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace madoguchi::connectors::mail_webhook {

/// A text of a mail in the octets the provider gave and the charset it said they are in: they are
/// kept as they are, so that the hub's own rules decode them, and can do so anew.
struct TextPart {
  std::string_view bytes;
  std::string charset;
};

struct FilePart {
  std::string name;  ///< UTF-8
  std::string media_type;
  std::string content_id;  ///< without angle brackets, empty when there is none
  std::string_view bytes;
};

/// What a provider tells of a mail that it took apart.
struct MailParts {
  /// In order. Values as they stand in the mail, or UTF-8; MIME headers are passed over: they tell
  /// of a structure that is gone.
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<TextPart> text;
  std::optional<TextPart> html;
  std::vector<FilePart> files;

  [[nodiscard]] bool has_header(std::string_view name) const;
  /// Unless there is one, or `value` is empty.
  void add_missing(std::string_view name, std::string value);
};

/// One mail (RFC 5322, RFC 2045 to 2047) of the parts. The same parts give the same octets, so that
/// a delivery that comes again is known. `provider` is named in it: it is not the mail that was
/// sent.
[[nodiscard]] std::string assemble(const MailParts& parts, std::string_view provider);

}  // namespace madoguchi::connectors::mail_webhook
