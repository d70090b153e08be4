// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/cursor.h"

#include <algorithm>

#include "core/json/json.h"

namespace madoguchi::json {

using connectors::mail_intake::Cursor;
using connectors::mail_intake::FolderCursor;
using connectors::mail_intake::Mark;
using connectors::mail_intake::TokenCursor;
using connectors::mail_intake::UidlCursor;

template <>
struct Table<Mark> {
  static constexpr const char* name = "Mark";
  static const Fields& fields() {
    static const Fields table =
        json::fields<Mark>(field("uid", &Mark::uid, ""), field("look", &Mark::look, ""));
    return table;
  }
};

template <>
struct Table<FolderCursor> {
  static constexpr const char* name = "FolderCursor";
  static const Fields& fields() {
    static const Fields table =
        json::fields<FolderCursor>(field("folder", &FolderCursor::folder, ""),
                                   field("uid_validity", &FolderCursor::uid_validity, ""),
                                   field("last_uid", &FolderCursor::last_uid, ""),
                                   field("old_until", &FolderCursor::old_until, "").optional(),
                                   field("relisted", &FolderCursor::relisted, "").optional(),
                                   field("started", &FolderCursor::started, ""),
                                   field("marks", &FolderCursor::marks, "").optional(),
                                   field("pending", &FolderCursor::pending, "").optional());
    return table;
  }
};

template <>
struct Table<UidlCursor> {
  static constexpr const char* name = "UidlCursor";
  static const Fields& fields() {
    static const Fields table =
        json::fields<UidlCursor>(field("connected", &UidlCursor::connected, ""),
                                 field("seen", &UidlCursor::seen, "").optional(),
                                 field("old", &UidlCursor::old, "").optional(),
                                 field("pending", &UidlCursor::pending, "").optional());
    return table;
  }
};

template <>
struct Table<TokenCursor> {
  static constexpr const char* name = "TokenCursor";
  static const Fields& fields() {
    static const Fields table =
        json::fields<TokenCursor>(field("instead_of", &TokenCursor::instead_of, "").optional(),
                                  field("token", &TokenCursor::token, "").optional());
    return table;
  }
};

template <>
struct Table<Cursor> {
  static constexpr const char* name = "Cursor";
  static const Fields& fields() {
    static const Fields table =
        json::fields<Cursor>(field("folders", &Cursor::folders, "").optional(),
                             field("uidl", &Cursor::uidl, "").optional(),
                             field("refresh", &Cursor::refresh, "").optional());
    return table;
  }
};

}  // namespace madoguchi::json

namespace madoguchi::connectors::mail_intake {

FolderCursor& Cursor::of(const std::string& folder) {
  const auto found = std::find_if(folders.begin(), folders.end(),
                                  [&](const FolderCursor& one) { return one.folder == folder; });
  if (found != folders.end()) return *found;
  folders.emplace_back().folder = folder;
  return folders.back();
}

Result<Cursor> parse_cursor(const std::string& text) {
  if (text.empty()) return Cursor{};
  return json::read<Cursor>(text, {16, true});
}

std::string to_text(const Cursor& cursor) { return json::to_string(cursor); }

}  // namespace madoguchi::connectors::mail_intake
