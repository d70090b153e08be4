// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every use case that touches a customer shares: finding it, showing it, writing it back.

#include <string>
#include <vector>

#include "core/domain/change.h"
#include "core/service/directory.h"
#include "core/service/dto/customer_dto.h"
#include "core/service/environment.h"
#include "core/store/customers.h"

namespace madoguchi::service {

[[nodiscard]] Error no_such_customer_number(const std::string& number);

/// Of one that was merged too.
[[nodiscard]] Result<domain::Customer> find_customer(db::Session& session,
                                                     const std::string& number);
[[nodiscard]] Error erased_customer();
/// 409 "customer-merged" or "customer-erased" for one that was.
[[nodiscard]] Result<domain::Customer> find_living_customer(db::Session& session,
                                                            const std::string& number);

/// As find_living_customer, for a command that changes what the customer's edit lock covers; the
/// caller has the lock until the transaction ends (core/service/edit_locks.h).
[[nodiscard]] Result<domain::Customer> customer_to_change(const Environment& env,
                                                          db::Session& session,
                                                          const Context& context,
                                                          const std::string& number);

[[nodiscard]] std::vector<CustomerDto> customer_dtos_of(
    db::Session& session, const std::vector<domain::Customer>& customers,
    const DirectoryView& directory, const domain::Caller& caller);
[[nodiscard]] CustomerDto customer_dto_of(db::Session& session, const domain::Customer& customer,
                                          const DirectoryView& directory,
                                          const domain::Caller& caller);

/// 412 with the current state when the caller had another version in mind.
[[nodiscard]] Result<void> check_version(db::Session& session, const Context& context,
                                         const domain::Customer& customer,
                                         const DirectoryView& directory);

/// Ids in the change's fields, as people know them.
void name_fields(domain::Change& change, const DirectoryView& directory);

/// Writes the changed customer, its history entry and the feed event, in one transaction. A loser
/// of a race is run again by the database.
void save_customer(const Environment& env, db::Session& session, const domain::Caller& caller,
                   domain::Customer& customer, const domain::Customer& before,
                   const domain::Change& change);

/// An entry of the customer's history about the customer, or about something below it.
void announce_customer(const Environment& env, db::Session& session, const domain::Caller& caller,
                       const domain::Customer& customer, const char* event,
                       std::vector<domain::FieldChange> fields);
void announce_below_customer(const Environment& env, db::Session& session,
                             const domain::Caller& caller, const domain::CustomerId& customer,
                             const char* event, const char* type, const std::string& id,
                             std::vector<domain::FieldChange> fields);

}  // namespace madoguchi::service
