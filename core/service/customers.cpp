// SPDX-License-Identifier: Apache-2.0
#include "core/service/customers.h"

#include <limits>

#include "core/service/case_access.h"
#include "core/service/case_wishes.h"
#include "core/service/customer_access.h"
#include "core/service/feed.h"
#include "core/service/surveys.h"
#include "core/service/unit_of_work.h"
#include "core/store/changes.h"

namespace madoguchi::service {
namespace {

constexpr int kCountLimit = 1000;

using View = std::shared_ptr<const DirectoryView>;

Result<void> check_external_ids(db::Session& session, const domain::Customer& customer) {
  for (std::size_t i = 0; i < customer.external_ids.size(); ++i) {
    const domain::ExternalId& one = customer.external_ids[i];
    const std::optional<std::string> owner =
        store::Customers(session).number_of_external(one.account, one.id, customer.id);
    if (!owner) continue;
    return fail(Error::invalid(
        "/external_ids/" + std::to_string(i) + "/id",
        {"That is " + *owner + " already.", "すでに顧客 " + *owner + " に登録されています。"}));
  }
  return {};
}

/// What the requester of a case said fills what the wish leaves open.
void fill_from(const domain::Requester& requester, CustomerPatchDto& wish) {
  if (!wish.family_name && !wish.given_name && !wish.company) {
    NameParts name = name_parts(requester.name);
    wish.family_name = std::move(name.family);
    wish.given_name = std::move(name.given);
  }
  if (!wish.family_name_kana && !wish.given_name_kana) {
    NameParts kana = name_parts(requester.kana);
    wish.family_name_kana = std::move(kana.family);
    wish.given_name_kana = std::move(kana.given);
  }
  const Result<EmailAddress> address = EmailAddress::parse(requester.address);
  if (!wish.emails && address) wish.emails.emplace().push_back({*address, true, false});
  const Result<PhoneNumber> phone = PhoneNumber::parse(requester.phone);
  if (!wish.phones && phone) {
    wish.phones.emplace().push_back({*phone, domain::PhoneKind::other, true});
  }
}

Result<store::CaseRecord> unregistered_case(db::Session& session, const domain::Caller& caller,
                                            const std::string& number) {
  Result<store::CaseRecord> record = find_case(session, caller, number);
  if (!record) {
    return fail(Error::invalid("/from_case", record.error().message));
  }
  if (record->value.customer) {
    return fail(
        Error::conflict("case-has-customer", {"This case belongs to a customer already.",
                                              "このケースにはすでに顧客が登録されています。"}));
  }
  return record;
}

}  // namespace

Result<domain::Customer> register_customer(const Environment& env, db::Session& session,
                                           const domain::Caller& caller, domain::Customer customer,
                                           const DirectoryView& directory) {
  customer.id = env.ids.make<domain::CustomerId>();
  customer.created_at = env.clock.now();
  customer.modified_at = customer.created_at;
  if (Result<void> free = check_external_ids(session, customer); !free) return fail(free.error());
  store::Customers(session).insert(customer);
  domain::Customer nobody;
  domain::Change change = domain::become(nobody, customer, "customer.created");
  name_fields(change, directory);
  announce_customer(env, session, caller, customer, "customer.created", std::move(change.fields));
  link_surveys(env, session, caller, customer);
  return customer;
}

Result<void> change_customer(const Environment& env, db::Session& session,
                             const domain::Caller& caller, domain::Customer& customer,
                             const domain::Customer& wanted, const DirectoryView& directory) {
  const domain::Customer before = customer;
  domain::Change change = domain::become(customer, wanted, "customer.changed");
  if (change.empty()) return {};
  if (customer.external_ids != before.external_ids) {
    if (Result<void> free = check_external_ids(session, customer); !free) return free;
  }
  name_fields(change, directory);
  save_customer(env, session, caller, customer, before, change);
  if (customer.external_ids != before.external_ids || customer.emails != before.emails) {
    link_surveys(env, session, caller, customer);
  }
  return {};
}

HistoryListing history_of(db::Session& session, const crypto::ShredSeal& seal,
                          const domain::Caller& caller, const domain::CustomerId& customer,
                          std::int64_t before, int limit) {
  const std::vector<store::ChangeEntry> entries =
      store::History(session, seal).of_customer(customer, before, limit);
  HistoryListing listing;
  for (const store::ChangeEntry& entry : entries) {
    if (may_see(caller, entry)) listing.items.push_back(event_dto(entry));
  }
  if (!entries.empty()) listing.newest = entries.front().position.sequence;
  if (entries.size() == static_cast<std::size_t>(limit)) {
    listing.next = {std::to_string(entries.back().position.sequence)};
  }
  return listing;
}

Result<CustomerDto> CustomerService::get(const domain::Caller& caller, const std::string& number) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<CustomerDto> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    return customer_dto_of(session, *customer, **directory, caller);
  });
}

Result<CustomerListing> CustomerService::list(
    const domain::Caller& caller, const CustomerFilter& filter,
    const std::optional<std::vector<std::string>>& after) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const store::CustomerQuery query = query_of(filter, caller, **directory);
  std::optional<std::int64_t> before;
  if (after && !after->empty()) before = number_of_key(after->front());
  return env_.database.read([&](db::Session& session) -> Result<CustomerListing> {
    store::Customers customers(session);
    const store::CustomerPage page = customers.list(query, before);
    CustomerListing listing;
    listing.items = customer_dtos_of(session, page.items, **directory, caller);
    if (page.next) listing.next = {std::to_string(*page.next)};
    if (filter.count) listing.count = customers.count(query, kCountLimit);
    return listing;
  });
}

Result<CustomerDto> CustomerService::create(const Context& context,
                                            const CustomerCreateDto& given) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<CustomerDto> {
    CustomerPatchDto wish = given;
    std::optional<store::CaseRecord> record;
    if (given.from_case) {
      Result<store::CaseRecord> found =
          unregistered_case(session, context.caller, *given.from_case);
      if (!found) return fail(std::move(found.error()));
      record = std::move(*found);
      fill_from(record->value.requester, wish);
    }
    Result<domain::Customer> wanted = with_wishes({}, wish, **directory);
    if (!wanted) return fail(std::move(wanted.error()));
    const Result<domain::Customer> made =
        register_customer(env_, session, context.caller, std::move(*wanted), **directory);
    if (!made) return fail(made.error());
    if (record) {
      domain::CaseEdit edit;
      edit.customer = made->id;
      const Result<domain::Change> linked = domain::edit(record->value, edit);
      if (!linked) return fail(linked.error());
      save_case(env_, session, context.caller, record->value, *linked);
    }
    return customer_dto_of(session, *made, **directory, context.caller);
  });
}

Result<CustomerDto> CustomerService::patch(const Context& context, const std::string& number,
                                           const CustomerPatchDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<CustomerDto> {
    Result<domain::Customer> customer = customer_to_change(env_, session, context, number);
    if (!customer) return fail(std::move(customer.error()));
    if (Result<void> same = check_version(session, context, *customer, **directory); !same) {
      return fail(std::move(same.error()));
    }
    const Result<domain::Customer> wanted = with_wishes(*customer, wish, **directory);
    if (!wanted) return fail(wanted.error());
    const Result<void> changed =
        change_customer(env_, session, context.caller, *customer, *wanted, **directory);
    if (!changed) return fail(changed.error());
    return customer_dto_of(session, *customer, **directory, context.caller);
  });
}

Result<HistoryListing> CustomerService::history(
    const domain::Caller& caller, const std::string& number,
    const std::optional<std::vector<std::string>>& after, int limit) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (after && !after->empty()) before = number_of_key(after->front());
  return env_.database.read([&](db::Session& session) -> Result<HistoryListing> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    return history_of(session, env_.seal, caller, customer->id, before, limit);
  });
}

Result<std::vector<DuplicateDto>> CustomerService::duplicates(const domain::Caller& caller,
                                                              const std::string& number) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<std::vector<DuplicateDto>> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    store::Customers customers(session);
    std::vector<DuplicateDto> dtos;
    if (customer->merged_into) return dtos;
    for (const store::Likeness& one : customers.alike(*customer)) {
      const std::optional<domain::Customer> other = customers.by_id(one.id);
      if (!other) continue;
      dtos.push_back({customer_dto_of(session, *other, **directory, caller), one.email, one.phone,
                      one.name_and_address});
    }
    return dtos;
  });
}

}  // namespace madoguchi::service
