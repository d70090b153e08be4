// SPDX-License-Identifier: Apache-2.0
#include "core/service/customer_merges.h"

#include "core/domain/customer_merge.h"
#include "core/service/customer_access.h"
#include "core/service/edit_locks.h"
#include "core/service/unit_of_work.h"
#include "core/store/customer_merges.h"
#include "core/store/customer_parts.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

/// Addresses change hands: both customers are found by what they have now.
class AddressMove {
 public:
  AddressMove(db::Session& session, const domain::CustomerId& from, const domain::CustomerId& to)
      : session_(session), before_from_(of(from)), before_to_(of(to)) {}

  void done(const domain::Customer& from, const domain::Customer& to) {
    store::Customers customers(session_);
    customers.addresses_changed(from, before_from_);
    customers.addresses_changed(to, before_to_);
  }

 private:
  std::vector<domain::DeliveryAddress> of(const domain::CustomerId& id) {
    return store::DeliveryAddresses(session_).of(id);
  }

  db::Session& session_;
  std::vector<domain::DeliveryAddress> before_from_;
  std::vector<domain::DeliveryAddress> before_to_;
};

void write(const Environment& env, db::Session& session, domain::Customer& customer,
           const domain::Customer& before) {
  customer.modified_at = env.clock.now();
  if (!store::Customers(session).update(customer, before)) {
    throw db::Failure(db::FailureKind::serialization, "the customer changed meanwhile");
  }
}

Error same_customer() {
  return Error::invalid(
      "/into", {"A customer cannot be merged into itself.", "同じ顧客には統合できません。"});
}

Error not_merged() {
  return Error::conflict("nothing-to-undo", {"This customer was not merged into another one.",
                                             "この顧客は統合されていません。"});
}

}  // namespace

Result<MergedCustomerDto> CustomerMergeService::merge(const Context& context,
                                                      const std::string& number,
                                                      const MergeCustomerDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<MergedCustomerDto> {
    Result<domain::Customer> source = find_living_customer(session, number);
    if (!source) return fail(std::move(source.error()));
    if (Result<void> same = check_version(session, context, *source, **directory); !same) {
      return fail(std::move(same.error()));
    }
    Result<domain::Customer> target = find_living_customer(session, wish.into);
    if (!target) {
      if (target.error().code != ErrorCode::not_found) return fail(std::move(target.error()));
      return fail(Error::invalid("/into", target.error().message));
    }
    if (source->id == target->id) return fail(same_customer());
    const domain::Customer before = *target;
    const domain::Customer untouched = *source;
    domain::Change change =
        domain::become(*target, domain::merged(before, *source), "customer.merged");
    name_fields(change, **directory);
    store::CustomerMerges merges(session);
    const store::CustomerBelongings moved = merges.belongings(source->id);

    MergedCustomerDto dto;
    dto.preview = wish.preview;
    dto.changes = change.fields;
    dto.not_taken = domain::not_taken(*target, *source);
    dto.cases = static_cast<std::int64_t>(moved.cases.size());
    dto.memos = static_cast<std::int64_t>(moved.memos.size());
    dto.addresses = static_cast<std::int64_t>(moved.addresses.size());
    dto.orders = static_cast<std::int64_t>(moved.orders.size());
    dto.cards = static_cast<std::int64_t>(moved.cards.size());
    dto.surveys = static_cast<std::int64_t>(moved.surveys.size());
    dto.subscriptions = static_cast<std::int64_t>(moved.subscriptions.size());
    if (!wish.preview) {
      Result<void> taken = take_for_change(env_, session, context, {source->id, target->id});
      if (!taken) return fail(std::move(taken.error()));
      AddressMove addresses(session, source->id, target->id);
      merges.insert({0, source->id, target->id, before, *target, moved, env_.clock.now()});
      merges.move(moved, source->id, target->id);
      source->merged_into = target->id;
      write(env_, session, *source, untouched);
      write(env_, session, *target, before);
      addresses.done(*source, *target);
      change.fields.push_back({"merged_from", "", source->number()});
      announce_customer(env_, session, context.caller, *target, "customer.merged", change.fields);
      announce_customer(env_, session, context.caller, *source, "customer.merged",
                        {{"merged_into", "", target->number()}});
    }
    dto.customer = customer_dto_of(session, *target, **directory, context.caller);
    dto.merged = customer_dto_of(session, *source, **directory, context.caller);
    return dto;
  });
}

Result<CustomerDto> CustomerMergeService::unmerge(const Context& context,
                                                  const std::string& number) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<CustomerDto> {
    Result<domain::Customer> source = find_customer(session, number);
    if (!source) return fail(std::move(source.error()));
    if (Result<void> same = check_version(session, context, *source, **directory); !same) {
      return fail(std::move(same.error()));
    }
    store::CustomerMerges merges(session);
    const std::optional<store::CustomerMerge> merge = merges.standing(source->id);
    if (!source->merged_into || !merge) return fail(not_merged());
    std::optional<domain::Customer> found = store::Customers(session).by_id(merge->target);
    if (!found) return fail(Error::internal("the customer of a merging is gone"));
    // Of one that went further first the last step is taken back.
    Result<domain::Customer> target = find_living_customer(session, found->number());
    if (!target) return fail(std::move(target.error()));
    Result<void> taken = take_for_change(env_, session, context, {source->id, target->id});
    if (!taken) return fail(std::move(taken.error()));

    const domain::Customer before = *target;
    const domain::Customer untouched = *source;
    AddressMove addresses(session, target->id, source->id);
    Result<domain::Customer> wanted =
        domain::checked(domain::unmerged(before, merge->before, merge->after));
    // Who has nothing left of its own keeps what the merging gave.
    if (!wanted) wanted = before;
    domain::Change change = domain::become(*target, *wanted, "customer.unmerged");
    name_fields(change, **directory);
    merges.move(merge->moved, target->id, source->id);
    merges.undone(*merge, env_.clock.now());
    source->merged_into.reset();
    write(env_, session, *source, untouched);
    write(env_, session, *target, before);
    addresses.done(*target, *source);
    change.fields.push_back({"merged_from", source->number(), ""});
    announce_customer(env_, session, context.caller, *target, "customer.unmerged",
                      std::move(change.fields));
    announce_customer(env_, session, context.caller, *source, "customer.unmerged",
                      {{"merged_into", target->number(), ""}});
    return customer_dto_of(session, *source, **directory, context.caller);
  });
}

}  // namespace madoguchi::service
