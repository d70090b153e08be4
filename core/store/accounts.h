// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/db/session.h"
#include "core/domain/account.h"

namespace madoguchi::store {

struct AccountRecord {
  domain::Account value;
  std::string sealed_secrets;  ///< empty: there are none
};

/// One failure of an account, as operators may read it.
struct AccountErrorRecord {
  std::string id;
  TimePoint at;
  std::string operation;
  std::string failure_class;
  std::string detail;
};

class Accounts {
 public:
  explicit Accounts(db::Session& session) : session_(session) {}

  /// False when the name is taken.
  [[nodiscard]] bool insert(const AccountRecord& record);
  /// Counts the version up; false when the row is no longer at `record.value.version`.
  [[nodiscard]] bool update(AccountRecord& record);
  /// With everything that belongs to it alone.
  void remove(const domain::AccountId& id);
  [[nodiscard]] std::optional<AccountRecord> by_id(const domain::AccountId& id);
  [[nodiscard]] std::optional<AccountRecord> by_name(const std::string& name);
  /// By name; archived ones last.
  [[nodiscard]] std::vector<AccountRecord> all();
  /// Whether anything here is marked with that name.
  [[nodiscard]] bool is_used(const std::string& name);

  /// Keeps the newest `most` of an account.
  void add_error(const domain::AccountId& account, const AccountErrorRecord& error, int most);
  /// Newest first.
  [[nodiscard]] std::vector<AccountErrorRecord> errors(const domain::AccountId& account);

  /// When its bucket of requests will be full again (core/connector/rate.h).
  [[nodiscard]] TimePoint full_at(const domain::AccountId& account);
  /// False when somebody else took one meanwhile.
  [[nodiscard]] bool set_full_at(const domain::AccountId& account, TimePoint before,
                                 TimePoint after);
  /// The clock that all processes of the database share; on SQLite there is one, and it is `own`.
  [[nodiscard]] TimePoint now(TimePoint own);

 private:
  db::Session& session_;
};

/// starting: it never worked since the account was enabled.
enum class StreamState { starting, good, failing };

struct StreamRecord {
  domain::AccountId account;
  std::string stream;
  std::string sealed_cursor;  ///< empty: nothing was ever pulled
  std::int64_t turn = 1;
  StreamState state = StreamState::starting;
  std::int64_t items = 0;  ///< brought in all
  std::int64_t failures = 0;
  bool more = false;  ///< something was left to be brought
  std::optional<TimePoint> next_at;
  std::optional<TimePoint> last_success_at;
  std::optional<TimePoint> complete_until;
  std::string last_error;
  std::optional<TimePoint> last_error_at;
};

class AccountStreams {
 public:
  explicit AccountStreams(db::Session& session) : session_(session) {}

  /// Makes it when it is not there.
  void declare(const domain::AccountId& account, const std::string& stream);
  [[nodiscard]] std::optional<StreamRecord> find(const domain::AccountId& account,
                                                 const std::string& stream);
  [[nodiscard]] std::vector<StreamRecord> of(const domain::AccountId& account);
  [[nodiscard]] std::vector<StreamRecord> all();
  /// Ends the turn `record.turn`, and begins the next with everything the record says; false when
  /// that turn was ended by somebody else.
  [[nodiscard]] bool next_turn(StreamRecord& record);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store

namespace madoguchi {

template <>
struct EnumNames<store::StreamState> {
  static constexpr EnumName<store::StreamState> values[] = {
      {store::StreamState::starting, "starting"},
      {store::StreamState::good, "good"},
      {store::StreamState::failing, "failing"}};
};

}  // namespace madoguchi
