// SPDX-License-Identifier: Apache-2.0
#include "core/service/customer_parts.h"

#include "core/service/customer_access.h"
#include "core/service/customer_wishes.h"
#include "core/service/unit_of_work.h"
#include "core/store/customer_parts.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

const auto kShow = [](const std::string& text) { return text; };

DeliveryAddressDto dto_of(const domain::DeliveryAddress& address) {
  return {address.id.str(), address.label, address.address, address.created_at, address.version};
}

MemoDto dto_of(const domain::Memo& memo) {
  MemoDto dto{memo.id.str(),   memo.text,        std::nullopt, memo.author_name,
              memo.created_at, memo.modified_at, memo.version};
  if (memo.author) dto.author = memo.author->str();
  return dto;
}

Error no_such_address() {
  return Error::not_found({"There is no such delivery address.", "そのお届け先はありません。"});
}
Error no_such_memo() {
  return Error::not_found({"There is no such memo.", "そのメモはありません。"});
}

template <class T>
Result<void> check_version_of(const Context& context, const T& value) {
  if (!context.if_match || *context.if_match == value.version) return {};
  return fail(Error::stale().with_member("current",
                                         json::to_string(dto_of(value), context.caller.hides())));
}

Result<domain::DeliveryAddress> address_of(db::Session& session, const domain::Customer& customer,
                                           const std::string& id) {
  std::optional<domain::DeliveryAddress> address =
      store::DeliveryAddresses(session).by_id(domain::DeliveryAddressId(id));
  if (!address || address->customer != customer.id) return fail(no_such_address());
  return std::move(*address);
}

Result<domain::Memo> memo_of(db::Session& session, const domain::Customer& customer,
                             const std::string& id) {
  std::optional<domain::Memo> memo = store::Memos(session).by_id(domain::MemoId(id));
  if (!memo || memo->customer != customer.id) return fail(no_such_memo());
  return std::move(*memo);
}

Result<domain::PostalAddress> checked_address(const domain::PostalAddress& wish) {
  if (Result<void> clean = refuse_card_numbers_in(wish, "/address"); !clean) {
    return fail(clean.error());
  }
  if (!wish.says_where()) {
    return fail(Error::invalid("/address", {"Say where it is.", "住所を入力してください。"}));
  }
  return domain::normalised(wish, "/address");
}

Result<std::string> checked_label(const std::string& wish) {
  if (Result<void> clean = refuse_card_numbers(wish, "/label"); !clean) return fail(clean.error());
  return text::one_line(wish);
}

[[noreturn]] void changed_meanwhile() {
  throw db::Failure(db::FailureKind::serialization, "a part of the customer changed meanwhile");
}

/// Runs `work(customer)` on a customer that can be changed.
template <class Work>
auto on_customer(const Environment& env, db::Session& session, const Context& context,
                 const std::string& number, Work&& work)
    -> decltype(work(std::declval<const domain::Customer&>())) {
  const Result<domain::Customer> customer = customer_to_change(env, session, context, number);
  if (!customer) return fail(customer.error());
  return work(*customer);
}

}  // namespace

std::vector<DeliveryAddressDto> addresses_of(db::Session& session,
                                             const domain::CustomerId& customer) {
  std::vector<DeliveryAddressDto> dtos;
  for (const auto& one : store::DeliveryAddresses(session).of(customer)) {
    dtos.push_back(dto_of(one));
  }
  return dtos;
}

MemoListing memos_of(db::Session& session, const domain::CustomerId& customer,
                     const std::string& before, int limit) {
  MemoListing listing;
  for (const auto& one : store::Memos(session).of(customer, before, limit + 1)) {
    if (listing.items.size() == static_cast<std::size_t>(limit)) {
      listing.next = {listing.items.back().id};
      break;
    }
    listing.items.push_back(dto_of(one));
  }
  return listing;
}

Result<std::vector<DeliveryAddressDto>> CustomerPartService::addresses(const std::string& number) {
  using Dtos = std::vector<DeliveryAddressDto>;
  return env_.database.read([&](db::Session& session) -> Result<Dtos> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    return addresses_of(session, customer->id);
  });
}

Result<DeliveryAddressDto> CustomerPartService::address(const std::string& number,
                                                        const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<DeliveryAddressDto> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    const Result<domain::DeliveryAddress> found = address_of(session, *customer, id);
    if (!found) return fail(found.error());
    return dto_of(*found);
  });
}

Result<DeliveryAddressDto> CustomerPartService::add_address(const Context& context,
                                                            const std::string& number,
                                                            const DeliveryAddressCreateDto& wish) {
  Result<domain::PostalAddress> where = checked_address(wish.address);
  if (!where) return fail(std::move(where.error()));
  Result<std::string> label = checked_label(wish.label);
  if (!label) return fail(std::move(label.error()));
  const domain::DeliveryAddress made{
      env_.ids.make<domain::DeliveryAddressId>(), {}, *label, *where, 1, env_.clock.now()};
  return command(env_, context, [&](db::Session& session) {
    return on_customer(
        env_, session, context, number,
        [&](const domain::Customer& customer) -> Result<DeliveryAddressDto> {
          store::DeliveryAddresses store(session);
          const std::vector<domain::DeliveryAddress> before = store.of(customer.id);
          constexpr std::size_t kMost = 100;
          if (before.size() >= kMost) {
            return fail(Error::conflict("too-many", {"There are 100 delivery addresses already.",
                                                     "お届け先は100件までです。"}));
          }
          domain::DeliveryAddress address = made;
          address.customer = customer.id;
          store.insert(address);
          store::Customers(session).addresses_changed(customer, before);
          announce_below_customer(
              env_, session, context.caller, customer.id, "customer_address.created",
              "customer_address", address.id.str(),
              {{"label", "", address.label}, {"address", "", address.address.line()}});
          return dto_of(address);
        });
  });
}

Result<DeliveryAddressDto> CustomerPartService::patch_address(const Context& context,
                                                              const std::string& number,
                                                              const std::string& id,
                                                              const DeliveryAddressPatchDto& wish) {
  std::optional<domain::PostalAddress> where;
  if (wish.address) {
    Result<domain::PostalAddress> checked = checked_address(*wish.address);
    if (!checked) return fail(std::move(checked.error()));
    where = std::move(*checked);
  }
  Result<std::string> label = checked_label(wish.label.value_or(""));
  if (!label) return fail(std::move(label.error()));
  return command(env_, context, [&](db::Session& session) {
    return on_customer(
        env_, session, context, number,
        [&](const domain::Customer& customer) -> Result<DeliveryAddressDto> {
          Result<domain::DeliveryAddress> address = address_of(session, customer, id);
          if (!address) return fail(std::move(address.error()));
          if (Result<void> same = check_version_of(context, *address); !same) {
            return fail(std::move(same.error()));
          }
          domain::Change change{"customer_address.changed", {}};
          if (wish.label) change.set("label", address->label, *label, kShow);
          if (where) {
            change.set("address", address->address, *where, [](const domain::PostalAddress& one) {
              return one.line() + (one.name.empty() ? "" : " / " + one.name);
            });
          }
          if (change.empty()) return dto_of(*address);
          store::DeliveryAddresses store(session);
          const std::vector<domain::DeliveryAddress> before = store.of(customer.id);
          if (!store.update(*address)) changed_meanwhile();
          store::Customers(session).addresses_changed(customer, before);
          announce_below_customer(env_, session, context.caller, customer.id,
                                  "customer_address.changed", "customer_address", id,
                                  std::move(change.fields));
          return dto_of(*address);
        });
  });
}

Result<void> CustomerPartService::remove_address(const Context& context, const std::string& number,
                                                 const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    return on_customer(
        env_, session, context, number, [&](const domain::Customer& customer) -> Result<void> {
          const Result<domain::DeliveryAddress> address = address_of(session, customer, id);
          if (!address) return fail(address.error());
          if (Result<void> same = check_version_of(context, *address); !same) return same;
          store::DeliveryAddresses store(session);
          const std::vector<domain::DeliveryAddress> before = store.of(customer.id);
          if (!store.remove(*address)) changed_meanwhile();
          store::Customers(session).addresses_changed(customer, before);
          announce_below_customer(
              env_, session, context.caller, customer.id, "customer_address.deleted",
              "customer_address", id,
              {{"label", address->label, ""}, {"address", address->address.line(), ""}});
          return {};
        });
  });
}

Result<MemoListing> CustomerPartService::memos(const std::string& number,
                                               const std::optional<std::vector<std::string>>& after,
                                               int limit) {
  const std::string before = after && !after->empty() ? after->front() : "";
  return env_.database.read([&](db::Session& session) -> Result<MemoListing> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    return memos_of(session, customer->id, before, limit);
  });
}

Result<MemoDto> CustomerPartService::memo(const std::string& number, const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<MemoDto> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    const Result<domain::Memo> found = memo_of(session, *customer, id);
    if (!found) return fail(found.error());
    return dto_of(*found);
  });
}

Result<MemoDto> CustomerPartService::add_memo(const Context& context, const std::string& number,
                                              const MemoWishDto& wish) {
  if (Result<void> clean = refuse_card_numbers(wish.text, "/text"); !clean) {
    return fail(clean.error());
  }
  const TimePoint now = env_.clock.now();
  const domain::Memo made{env_.ids.make<domain::MemoId>(),
                          {},
                          wish.text,
                          context.caller.agent,
                          context.caller.name,
                          1,
                          now,
                          now};
  return command(env_, context, [&](db::Session& session) {
    return on_customer(env_, session, context, number,
                       [&](const domain::Customer& customer) -> Result<MemoDto> {
                         domain::Memo memo = made;
                         memo.customer = customer.id;
                         store::Memos(session).insert(memo);
                         announce_below_customer(env_, session, context.caller, customer.id,
                                                 "customer_memo.created", "customer_memo",
                                                 memo.id.str(), {{"text", "", memo.text}});
                         return dto_of(memo);
                       });
  });
}

Result<MemoDto> CustomerPartService::patch_memo(const Context& context, const std::string& number,
                                                const std::string& id, const MemoWishDto& wish) {
  if (Result<void> clean = refuse_card_numbers(wish.text, "/text"); !clean) {
    return fail(clean.error());
  }
  return command(env_, context, [&](db::Session& session) {
    return on_customer(env_, session, context, number,
                       [&](const domain::Customer& customer) -> Result<MemoDto> {
                         Result<domain::Memo> memo = memo_of(session, customer, id);
                         if (!memo) return fail(std::move(memo.error()));
                         if (Result<void> same = check_version_of(context, *memo); !same) {
                           return fail(std::move(same.error()));
                         }
                         domain::Change change{"customer_memo.changed", {}};
                         change.set("text", memo->text, wish.text, kShow);
                         if (change.empty()) return dto_of(*memo);
                         memo->modified_at = env_.clock.now();
                         if (!store::Memos(session).update(*memo)) changed_meanwhile();
                         announce_below_customer(env_, session, context.caller, customer.id,
                                                 "customer_memo.changed", "customer_memo", id,
                                                 std::move(change.fields));
                         return dto_of(*memo);
                       });
  });
}

Result<void> CustomerPartService::remove_memo(const Context& context, const std::string& number,
                                              const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    return on_customer(env_, session, context, number,
                       [&](const domain::Customer& customer) -> Result<void> {
                         const Result<domain::Memo> memo = memo_of(session, customer, id);
                         if (!memo) return fail(memo.error());
                         if (Result<void> same = check_version_of(context, *memo); !same)
                           return same;
                         if (!store::Memos(session).remove(*memo)) changed_meanwhile();
                         announce_below_customer(env_, session, context.caller, customer.id,
                                                 "customer_memo.deleted", "customer_memo", id,
                                                 {{"text", memo->text, ""}});
                         return {};
                       });
  });
}

}  // namespace madoguchi::service
