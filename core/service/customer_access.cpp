// SPDX-License-Identifier: Apache-2.0
#include "core/service/customer_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/json/writer.h"
#include "core/service/case_dto_of.h"
#include "core/service/edit_locks.h"
#include "core/service/sla.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

/// The fields of domain::become that hold ids of master data.
bool holds_ids(const std::string& field) {
  constexpr std::string_view kFields[] = {"labels", "blacklist_reasons", "pause_reasons",
                                          "cancel_reasons", "reasons"};
  return std::find(std::begin(kFields), std::end(kFields), field) != std::end(kFields);
}

std::string with_names(const std::string& ids, const DirectoryView& directory) {
  std::string out;
  for (std::size_t begin = 0; begin < ids.size();) {
    const std::size_t end = std::min(ids.find(", ", begin), ids.size());
    const std::string id = ids.substr(begin, end - begin);
    const domain::MasterEntry* entry = directory.master_entry(id);
    out += (out.empty() ? "" : ", ") + (entry != nullptr ? entry->name : id);
    begin = end + 2;
  }
  return out;
}

}  // namespace

Error no_such_customer_number(const std::string& number) {
  return Error::not_found({fmt::format("There is no customer {}.", number.substr(0, 40)),
                           fmt::format("顧客 {} はいません。", number.substr(0, 40))});
}

Result<domain::Customer> find_customer(db::Session& session, const std::string& number) {
  std::optional<domain::Customer> customer = store::Customers(session).by_number(number);
  if (!customer) return fail(no_such_customer_number(number));
  return std::move(*customer);
}

Error erased_customer() {
  return Error::conflict("customer-erased",
                         {"This customer was erased. Register a new one.",
                          "この顧客の情報は消去されています。新しく登録してください。"});
}

Result<domain::Customer> find_living_customer(db::Session& session, const std::string& number) {
  Result<domain::Customer> customer = find_customer(session, number);
  if (!customer) return customer;
  if (customer->erased_at) return fail(erased_customer());
  if (!customer->merged_into) return customer;
  const std::optional<domain::Customer> into =
      store::Customers(session).by_id(*customer->merged_into);
  const std::string other = into ? into->number() : "";
  return fail(
      Error::conflict(
          "customer-merged",
          {fmt::format("This customer was merged into {}. Continue there.", other),
           fmt::format("この顧客は {} に統合されています。統合先で続けてください。", other)})
          .with_member("merged_into", json::quoted(other)));
}

Result<domain::Customer> customer_to_change(const Environment& env, db::Session& session,
                                            const Context& context, const std::string& number) {
  Result<domain::Customer> customer = find_living_customer(session, number);
  if (!customer) return customer;
  Result<void> taken = take_for_change(env, session, context, {customer->id});
  if (!taken) return fail(std::move(taken.error()));
  return customer;
}

std::vector<CustomerDto> customer_dtos_of(db::Session& session,
                                          const std::vector<domain::Customer>& customers,
                                          const DirectoryView& directory,
                                          const domain::Caller& caller) {
  store::Customers store(session);
  std::vector<std::string> keys;
  for (const domain::Customer& one : customers) {
    for (const domain::CustomerEmail& email : one.emails) keys.push_back(email.address.key());
  }
  const std::map<std::string, store::EmailState> states = store.email_states(keys);
  std::vector<CustomerDto> dtos;
  dtos.reserve(customers.size());
  for (const domain::Customer& one : customers) {
    CustomerDto& dto = dtos.emplace_back();
    dto.number = one.number();
    dto.name = one.name();
    dto.family_name = one.family_name;
    dto.given_name = one.given_name;
    dto.family_name_kana = one.family_name_kana;
    dto.given_name_kana = one.given_name_kana;
    dto.company = one.company;
    for (const domain::CustomerEmail& email : one.emails) {
      const auto state = states.find(email.address.key());
      dto.emails.push_back({email.address.str(), email.preferred, email.newsletter,
                            state == states.end() ? store::EmailState::unused : state->second});
    }
    dto.phones = one.phones;
    dto.external_ids = one.external_ids;
    dto.billing_address = one.billing_address;
    dto.labels = named_dtos_of(one.labels, directory);
    dto.tags = one.tags;
    dto.blacklisted = one.blacklisted;
    dto.blacklist_reasons = named_dtos_of(one.blacklist_reasons, directory);
    dto.language = one.language;
    dto.time_zone = one.time_zone;
    if (!one.birthday.empty()) dto.birthday = one.birthday;
    dto.sex = one.sex;
    dto.rank = one.standing.rank;
    dto.points = one.standing.points;
    dto.purchase_count = one.standing.purchase_count;
    dto.purchase_total = one.standing.purchase_total;
    dto.last_order_at = one.standing.last_order_at;
    dto.sync = one.sync;
    if (one.merged_into) {
      const std::optional<domain::Customer> into = store.by_id(*one.merged_into);
      if (into) dto.merged_into = into->number();
    }
    dto.erased_at = one.erased_at;
    dto.created_at = one.created_at;
    dto.modified_at = one.modified_at;
    dto.version = one.version;
    dto.allowed_actions = domain::allowed_actions(one, caller);
  }
  return dtos;
}

CustomerDto customer_dto_of(db::Session& session, const domain::Customer& customer,
                            const DirectoryView& directory, const domain::Caller& caller) {
  return std::move(customer_dtos_of(session, {customer}, directory, caller).front());
}

Result<void> check_version(db::Session& session, const Context& context,
                           const domain::Customer& customer, const DirectoryView& directory) {
  if (!context.if_match || *context.if_match == customer.version) return {};
  return fail(Error::stale().with_member(
      "current", json::to_string(customer_dto_of(session, customer, directory, context.caller),
                                 context.caller.hides())));
}

void name_fields(domain::Change& change, const DirectoryView& directory) {
  for (domain::FieldChange& field : change.fields) {
    if (!holds_ids(field.field)) continue;
    field.from = with_names(field.from, directory);
    field.to = with_names(field.to, directory);
  }
}

void save_customer(const Environment& env, db::Session& session, const domain::Caller& caller,
                   domain::Customer& customer, const domain::Customer& before,
                   const domain::Change& change) {
  customer.modified_at = env.clock.now();
  if (!store::Customers(session).update(customer, before)) {
    throw db::Failure(db::FailureKind::serialization, "the customer changed meanwhile");
  }
  if (customer.labels != before.labels) look_again_soon(env, session, customer);
  announce_customer(env, session, caller, customer, change.event.c_str(), change.fields);
}

void announce_customer(const Environment& env, db::Session& session, const domain::Caller& caller,
                       const domain::Customer& customer, const char* event,
                       std::vector<domain::FieldChange> fields) {
  announce_below_customer(env, session, caller, customer.id, event, "customer", customer.number(),
                          std::move(fields));
}

void announce_below_customer(const Environment& env, db::Session& session,
                             const domain::Caller& caller, const domain::CustomerId& customer,
                             const char* event, const char* type, const std::string& id,
                             std::vector<domain::FieldChange> fields) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = type;
  entry.object_id = id;
  entry.customer_id = customer;
  entry.fields = std::move(fields);
  announce(env, session, caller, std::move(entry));
}

}  // namespace madoguchi::service
