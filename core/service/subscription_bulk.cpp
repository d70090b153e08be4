// SPDX-License-Identifier: Apache-2.0
#include "core/service/subscription_bulk.h"

#include <algorithm>

#include "core/service/customer_notices.h"
#include "core/service/customer_wishes.h"
#include "core/service/subscription_steps.h"
#include "core/service/unit_of_work.h"
#include "core/store/columns.h"

namespace madoguchi::service {
namespace {

constexpr char kChangeKind[] = "subscriptions.bulk";
constexpr char kNotifyKind[] = "subscriptions.notify";
constexpr std::size_t kMostSubscriptions = 1000;

using View = std::shared_ptr<const DirectoryView>;
using Ids = std::vector<std::string>;
using domain::Subscription;

/// A wish of every kind of step; a step refers to its own.
struct Wishes {
  explicit Wishes(const SubscriptionBulkDto& wish) {
    change.interval = wish.interval;
    change.next_date = wish.next_date;
    change.time_slot = wish.time_slot;
    change.memo = wish.memo;
    change.exception = wish.exception;
    skip.exception = wish.exception;
    pause = {wish.reasons, wish.resume_on, wish.exception};
    resume.next_date = wish.next_date;
    cancel = {wish.reasons, wish.exception};
  }

  SubscriptionPatchDto change;
  SkipSubscriptionDto skip;
  PauseSubscriptionDto pause;
  ResumeSubscriptionDto resume;
  CancelSubscriptionDto cancel;
};

SubscriptionStep step_of(const SubscriptionBulkDto& wish, const Wishes& wishes,
                         domain::BusinessDate today) {
  switch (wish.action) {
    case SubscriptionBulkAction::skip:
      return skip_step(wishes.skip);
    case SubscriptionBulkAction::pause:
      return pause_step(wishes.pause, today);
    case SubscriptionBulkAction::resume:
      return resume_step(wishes.resume, today);
    case SubscriptionBulkAction::cancel:
      return cancel_step(wishes.cancel);
    case SubscriptionBulkAction::change:
      break;
  }
  SubscriptionStep step = change_step(wishes.change, today);
  step.wanted = [&wish, with_members = std::move(step.wanted)](
                    db::Session& session, const Subscription& value,
                    const DirectoryView& directory) -> Result<Subscription> {
    Result<Subscription> wanted = with_members(session, value, directory);
    if (!wanted) return wanted;
    Result<std::vector<domain::MasterId>> labels =
        relabelled(value.labels, wish.add_labels, wish.remove_labels, directory);
    if (!labels) return fail(std::move(labels.error()));
    wanted->labels = std::move(*labels);
    return wanted;
  };
  return step;
}

}  // namespace

SubscriptionBulkService::SubscriptionBulkService(const Environment& env,
                                                 OperationService& operations)
    : env_(env), operations_(operations) {
  using domain::Permission;
  operations.add(kChangeKind, Permission::orders_write,
                 [this](db::Session& session, const Context& context, const std::string& id,
                        const std::string& text) {
                   return change_one(session, context, id,
                                     store::from_column<SubscriptionBulkDto>(text));
                 });
  operations.add(
      kNotifyKind, Permission::cases_write,
      [this](db::Session& session, const Context& context, const std::string& id,
             const std::string& text) {
        const auto wish = store::from_column<SubscriptionNoticeDto>(text);
        return notify_of_subscription(env_, session, context, id, {wish.template_id, wish.mailbox});
      });
}

Result<OperationService::Fields> SubscriptionBulkService::change_one(
    db::Session& session, const Context& context, const std::string& id,
    const SubscriptionBulkDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const Wishes wishes(wish);
  const SubscriptionStep step = step_of(wish, wishes, domain::BusinessDate::of(env_.clock.now()));
  Result<TakenStep> taken = take_step(env_, session, context, id, step, **directory);
  if (!taken) return fail(std::move(taken.error()));
  return std::move(taken->fields);
}

Result<Ids> SubscriptionBulkService::chosen(const SubscriptionSelection& selection,
                                            const DirectoryView& directory) {
  Ids ids;
  if (selection.ids) {
    for (const std::string& id : *selection.ids) {
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
    return ids;
  }
  Result<store::SubscriptionQuery> query = query_of(*selection.filter, directory);
  if (!query) {
    for (FieldError& field : query.error().fields) field.pointer = "/filter" + field.pointer;
    return fail(std::move(query.error()));
  }
  query->limit = static_cast<int>(kMostSubscriptions);
  return env_.database.read([&](db::Session& session) -> Result<Ids> {
    std::optional<std::int64_t> before;
    do {
      const store::SubscriptionPage page = store::Subscriptions(session).list(*query, before);
      for (const store::SubscriptionRecord& one : page.items) {
        if (ids.size() == kMostSubscriptions) {
          return fail(Error::invalid(
              "/filter", {"It finds more than 1,000 subscriptions. Narrow it.",
                          "該当する定期受注が1,000件を超えています。絞り込んでください。"}));
        }
        ids.push_back(one.value.id.str());
      }
      before = page.next;
    } while (before);
    return ids;
  });
}

template <class Wish>
Result<OperationStartedDto> SubscriptionBulkService::start(const Context& context, const char* kind,
                                                           const Wish& wish,
                                                           const DirectoryView& directory) {
  const Result<Ids> ids = chosen(wish, directory);
  if (!ids) return fail(ids.error());
  Wish kept = wish;
  // Which subscriptions it is about stands in the rows.
  kept.ids.reset();
  kept.filter.emplace();
  return operations_.start(context, kind, store::to_column(kept), wish.preview, *ids);
}

Result<OperationStartedDto> SubscriptionBulkService::change(const Context& context,
                                                            const SubscriptionBulkDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Result<void> known = check_labels(wish.add_labels, wish.remove_labels, **directory);
  if (!known) return fail(std::move(known.error()));
  const auto reasons = reasons_of(wish.reasons, **directory);
  if (!reasons) return fail(reasons.error());
  if (wish.memo) {
    Result<void> clean = refuse_card_numbers(*wish.memo, "/memo");
    if (!clean) return fail(std::move(clean.error()));
  }
  return start(context, kChangeKind, wish, **directory);
}

Result<OperationStartedDto> SubscriptionBulkService::notify(const Context& context,
                                                            const SubscriptionNoticeDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const Result<void> good = env_.database.read([&](db::Session& session) -> Result<void> {
    return check_notice(session, context.caller, {wish.template_id, wish.mailbox}, **directory);
  });
  if (!good) return fail(good.error());
  return start(context, kNotifyKind, wish, **directory);
}

}  // namespace madoguchi::service
