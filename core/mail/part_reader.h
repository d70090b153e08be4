// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/mail/address_list.h"
#include "core/mail/body_digest.h"
#include "core/mail/header.h"
#include "core/mail/message.h"
#include "core/mail/multipart.h"
#include "core/mail/parameters.h"
#include "core/mail/read.h"
#include "core/mail/transfer.h"

namespace madoguchi::mail {

/// A text of the body, in the forms the mail has of it.
struct BodyPiece {
  std::optional<std::string> plain;
  std::optional<std::string> html;
  Decoding plain_decoding;
  Decoding html_decoding;
};

/// A part as it was met: for who writes the mail anew. The views point into the mail.
struct PartPlace {
  std::vector<RawField> fields;
  std::string_view body;
  TransferEncoding encoding = TransferEncoding::identity;
  std::string type;  ///< lower case "major/minor"
  ParameterField content_type;
  std::string file_name;
  std::string hint;      ///< the charset of the texts before it
  bool is_leaf = false;  ///< its body is no further parts
};

void add_notice(Message& message, Notice notice);

/// Walks the MIME structure of one mail (RFC 2045 to 2049) and puts texts, attachments, the body
/// digest and notices into its message. Used once, by one thread; everything it is given must
/// outlive it.
class PartReader {
 public:
  PartReader(Message& message, const ReadLimits& limits, WorkPoint deadline,
             std::string_view forced_charset, Carrier carrier);

  /// Where each part lies is put there too; but not those within a part that had to be decoded.
  void note_places(std::vector<PartPlace>& places) { places_ = &places; }
  /// `top` are the headers of the mail and its body.
  void read(const FieldBlock& top);
  /// The charset of the first text, to read raw headers by; may be empty.
  [[nodiscard]] const std::string& body_charset() const { return body_charset_; }

 private:
  enum class Parent { none, mixed, alternative, related, digest };

  /// What the Content-* headers of a part say.
  struct Entity {
    std::string type;  ///< lower case "major/minor"
    ParameterField content_type;
    ParameterField disposition;
    TransferEncoding encoding = TransferEncoding::identity;
    std::string content_id;
    std::string_view body;
    std::string file_name;  ///< cleaned; empty when none was given
  };
  struct Place {
    Parent parent = Parent::none;
    std::size_t depth = 0;
    bool first = true;  ///< of its parent's parts
  };

  std::vector<BodyPiece> part(const FieldBlock& block, Place place);
  std::vector<BodyPiece> multipart(const Entity& entity, Place place);
  [[nodiscard]] MultipartBody split(std::string_view body, std::string_view boundary);
  std::vector<BodyPiece> leaf(Entity& entity, Place place);
  std::vector<BodyPiece> text(const Entity& entity, std::string_view bytes);
  std::optional<BodyPiece> alternative(std::vector<std::vector<BodyPiece>> children);

  void note(const Entity& entity, const FieldBlock& block, bool is_leaf);
  [[nodiscard]] Entity describe(const FieldBlock& block, Place place);
  [[nodiscard]] bool is_body_text(const Entity& entity, Place place) const;
  /// Transfer-decoded; `storage` keeps the bytes when they are not those of the mail.
  std::string_view decode(const Entity& entity, std::string& storage);
  /// The beginning of a text that there is still room for; `used` counts what was taken.
  std::string_view within(std::string_view bytes, std::size_t& used);
  DecodedText to_utf8(std::string_view bytes, std::string_view label);
  void attach(Entity& entity, std::string bytes, Place place);
  std::string attachment_name(const Entity& entity, std::string_view bytes);
  std::string extract_uuencoded(std::string_view text);

  void finish_text(std::vector<BodyPiece>& pieces);
  void mark_inline();
  [[nodiscard]] bool out_of_time();
  [[nodiscard]] TextHint hint() const { return {body_charset_, carrier_}; }

  Message& message_;
  const ReadLimits& limits_;
  WorkPoint deadline_;
  std::string forced_charset_;
  Carrier carrier_;
  std::string body_charset_;
  BodyDigest digest_;
  std::vector<PartPlace>* places_ = nullptr;
  std::size_t parts_ = 0;
  std::size_t leaves_ = 0;
  std::size_t decoded_ = 0;
  std::size_t searched_ = 0;
  std::size_t plain_ = 0;
  std::size_t html_ = 0;
};

}  // namespace madoguchi::mail
