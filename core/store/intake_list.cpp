// SPDX-License-Identifier: Apache-2.0
// Mails by what people know of them: one condition chooses the index that gives them newest first,
// everything else is checked on the rows as they come, and at most kRowsLookedAt of them.
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/domain/names.h"
#include "core/store/intake.h"
#include "core/store/intake_columns.h"

namespace madoguchi::store {
namespace {

constexpr int kRowsLookedAt = 20'000;

/// Conditions with their parameters. Views that are bound must outlive it.
class Where {
 public:
  std::string bind(db::Param value) {
    params_.push_back(value);
    return "$" + std::to_string(params_.size());
  }
  void add(const std::string& condition) {
    text_ += (text_.empty() ? " WHERE " : " AND ") + condition;
  }
  [[nodiscard]] std::string take() { return std::exchange(text_, {}); }
  [[nodiscard]] const std::vector<db::Param>& params() const { return params_; }

 private:
  std::string text_;
  std::vector<db::Param> params_;
};

enum class Driver { message_id, address, mailbox, waiting, time };

Driver driver_of(const IntakeQuery& query) {
  using domain::IntakeOutcome;
  if (!query.message_id.empty()) return Driver::message_id;
  if (!query.address_key.empty()) return Driver::address;
  if (query.outcome == IntakeOutcome::undecided || query.outcome == IntakeOutcome::quarantined) {
    return Driver::waiting;
  }
  return query.mailbox ? Driver::mailbox : Driver::time;
}

/// "FROM … WHERE … ORDER BY …" of places (at, id).
std::string inner_of(Where& where, const IntakeQuery& query, Driver driver,
                     const std::optional<IntakePlace>& after) {
  std::string table = "intake";
  std::string id = "d.id";
  switch (driver) {
    case Driver::message_id:
      where.add("d.mime_message_id <> '' AND d.mime_message_id = " + where.bind(query.message_id));
      break;
    case Driver::address:
      table = "intake_addresses";
      id = "d.intake_id";
      where.add("d.address_key = " + where.bind(query.address_key));
      break;
    case Driver::mailbox:
      table = "intake_entries";
      id = "d.intake_id";
      where.add("d.mailbox_id = " + where.bind(*query.mailbox));
      break;
    case Driver::waiting:
      where.add("d.outcome IN ('undecided', 'quarantined') AND d.outcome = " +
                where.bind(enum_name(*query.outcome)));
      break;
    case Driver::time:
      break;
  }
  if (query.from) where.add("d.received_at >= " + where.bind(*query.from));
  if (query.to) where.add("d.received_at < " + where.bind(*query.to));
  if (after) {
    where.add("(d.received_at, " + id + ") < (" + where.bind(after->received_at) + ", " +
              where.bind(after->id) + ")");
  }
  return "SELECT d.received_at AS at, " + id + " AS id FROM " + table + " d" + where.take() +
         " ORDER BY d.received_at DESC, " + id + " DESC";
}

std::string came_for(Where& where, std::span<const domain::MailboxId> mailboxes) {
  std::string list;
  for (const domain::MailboxId& mailbox : mailboxes) {
    list += (list.empty() ? "" : ", ") + where.bind(mailbox);
  }
  if (list.empty()) return "1 = 0";
  return "EXISTS (SELECT 1 FROM intake_entries e WHERE e.mailbox_id IN (" + list +
         ") AND e.received_at = i.received_at AND e.intake_id = i.id)";
}

/// What the driver does not see to; empty when that is all.
std::string outer_of(Where& where, const IntakeQuery& query, Driver driver) {
  if (driver != Driver::address && !query.address_key.empty()) {
    where.add("EXISTS (SELECT 1 FROM intake_addresses a WHERE a.address_key = " +
              where.bind(query.address_key) +
              " AND a.received_at = i.received_at AND a.intake_id = i.id)");
  }
  if (driver != Driver::mailbox && query.mailbox) where.add(came_for(where, {&*query.mailbox, 1}));
  if (driver != Driver::waiting && query.outcome) {
    where.add("i.outcome = " + where.bind(enum_name(*query.outcome)));
  }
  if (query.discarded) {
    where.add(*query.discarded ? "i.discarded_at IS NOT NULL" : "i.discarded_at IS NULL");
  }
  if (!query.scope.is_everything()) where.add(came_for(where, *query.scope.mailboxes));
  return where.take();
}

}  // namespace

IntakePage Intake::list(const IntakeQuery& query, const std::optional<IntakePlace>& after) {
  Where where;
  const Driver driver = driver_of(query);
  const std::string inner = inner_of(where, query, driver, after);
  const std::size_t inner_params = where.params().size();
  const std::string outer = outer_of(where, query, driver);
  const int looked_at = outer.empty() ? query.limit + 1 : kRowsLookedAt;
  // CROSS JOIN is SQLite's way to keep the order of the places; PostgreSQL is told it again.
  std::string text = "SELECT " + std::string(kIntakeListed) + " FROM (" + inner + " LIMIT " +
                     std::to_string(looked_at) + ") k CROSS JOIN intake i" +
                     (outer.empty() ? " WHERE" : outer + " AND") + " i.id = k.id";
  if (session_.engine() == db::Engine::postgresql) text += " ORDER BY k.at DESC, k.id DESC";
  text += " LIMIT " + std::to_string(query.limit + 1);
  const db::Rows rows =
      session_.run({"intake.list", text}, where.params().data(), where.params().size());

  IntakePage page;
  page.items.reserve(rows.size());
  for (const db::Row row : db::each(rows)) {
    if (page.items.size() == static_cast<std::size_t>(query.limit)) {
      page.next = IntakePlace{to_micros(page.items.back().received_at), page.items.back().id.str()};
      return page;
    }
    page.items.push_back(intake_of(row));
  }
  if (outer.empty()) return page;

  // A short page: either that was all, or the rows to look at ran out.
  const std::string last = inner + " LIMIT 1 OFFSET " + std::to_string(kRowsLookedAt - 1);
  const db::Rows end = session_.run({"intake.list_end", last}, where.params().data(), inner_params);
  if (!end.empty()) page.next = IntakePlace{end.front().integer(0), end.front().string(1)};
  return page;
}

}  // namespace madoguchi::store
