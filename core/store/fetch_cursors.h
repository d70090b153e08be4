// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/db/session.h"
#include "core/domain/mailbox.h"

namespace madoguchi::store {

/// starting: it was never read to its end yet.
enum class FetchState { starting, good, failing };

/// One account that a mailbox is fetched from.
struct FetchAccountKey {
  domain::MailboxId mailbox;
  std::string account;  ///< "imap://user@host:993"
};

struct FetchRecord {
  FetchAccountKey key;
  std::string sealed_cursor;  ///< empty: never fetched
  std::int64_t mails = 0;     ///< taken in all
  FetchState state = FetchState::starting;
  std::optional<TimePoint> last_success_at;  ///< when nothing was left to be taken
  std::string last_error;
  std::optional<TimePoint> last_error_at;
};

/// How far the mailboxes were fetched, and who does it: an account has one owner at a time, by a
/// lease on PostgreSQL's clock. On SQLite there is one process, and who asks is the owner.
class FetchCursors {
 public:
  explicit FetchCursors(db::Session& session) : session_(session) {}

  /// Makes these the accounts in use; cursors of others are kept for when they come back.
  void declare(const std::vector<FetchAccountKey>& keys);
  /// Takes or renews the lease; nothing when somebody else has it or the account is not in use.
  [[nodiscard]] std::optional<FetchRecord> claim(const FetchAccountKey& key,
                                                 const std::string& owner,
                                                 std::chrono::seconds lease);
  void release(const FetchAccountKey& key, const std::string& owner);

  // These hold only for the owner, and renew its lease; false when it is not the owner any more.
  [[nodiscard]] bool advance(const FetchAccountKey& key, const std::string& owner,
                             std::string_view sealed_cursor, std::int64_t mails,
                             std::chrono::seconds lease);
  bool succeeded(const FetchAccountKey& key, const std::string& owner, TimePoint at);
  bool failed(const FetchAccountKey& key, const std::string& owner, const std::string& error,
              TimePoint at);

  /// Those in use.
  [[nodiscard]] std::vector<FetchRecord> all();

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store

namespace madoguchi {

template <>
struct EnumNames<store::FetchState> {
  static constexpr EnumName<store::FetchState> values[] = {
      {store::FetchState::starting, "starting"},
      {store::FetchState::good, "good"},
      {store::FetchState::failing, "failing"}};
};

}  // namespace madoguchi
