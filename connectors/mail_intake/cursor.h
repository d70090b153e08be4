// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace madoguchi::connectors::mail_intake {

/// A mail that was taken: its UID, and what it looked like, so that another mail that has come to
/// the same UID is not mistaken for it.
struct Mark {
  std::int64_t uid = 0;
  std::string look;  ///< size and internal date

  bool operator==(const Mark&) const = default;
};

/// How far one folder was read. UIDs rise within a UIDVALIDITY (RFC 3501, section 2.3.1.1).
struct FolderCursor {
  std::string folder;  ///< UTF-8
  std::int64_t uid_validity = 0;
  std::int64_t last_uid = 0;
  /// Mails up to it lay there when the folder was listed: when the account was connected, or, when
  /// `relisted`, after its UIDs had lost their meaning. Then only `started` tells which are older.
  std::int64_t old_until = 0;
  bool relisted = false;
  std::int64_t started = 0;   ///< when the folder was first looked into; microseconds UTC
  std::vector<Mark> marks;    ///< of the mails taken last
  std::vector<Mark> pending;  ///< stored by the hub, still to be moved or deleted
};

/// What is remembered of a POP3 account: UIDLs (RFC 1939, section 7) as kShortUid octets of their
/// SHA-256 each, sorted, one after the other, base64.
struct UidlCursor {
  bool connected = false;  ///< whether the account was ever looked into
  std::string seen;
  std::string old;      ///< lay there at first, not taken yet
  std::string pending;  ///< stored by the hub, still to be deleted
};

/// The refresh token in place of the configured one, for the servers that hand out a new one.
struct TokenCursor {
  std::string instead_of;  ///< SHA-256 of the configured one, hexadecimal
  std::string token;
};

struct Cursor {
  std::vector<FolderCursor> folders;
  UidlCursor uidl;
  TokenCursor refresh;

  /// The entry of that folder, made when there is none.
  FolderCursor& of(const std::string& folder);
};

/// Of an empty text: a cursor that knows nothing.
[[nodiscard]] Result<Cursor> parse_cursor(const std::string& text);
[[nodiscard]] std::string to_text(const Cursor& cursor);

}  // namespace madoguchi::connectors::mail_intake
