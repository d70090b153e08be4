// SPDX-License-Identifier: Apache-2.0
#include "core/service/subscription_steps.h"

#include "core/service/order_wishes.h"
#include "core/service/subscription_access.h"

namespace madoguchi::service {
namespace {

using domain::Subscription;
using State = domain::SubscriptionState;

std::string named(domain::Objections objections) {
  std::string out;
  for (const auto& one : EnumNames<domain::Objection>::values) {
    if (objections.has(one.value)) out += (out.empty() ? "" : ", ") + std::string(one.name);
  }
  return out;
}

Text why(domain::Objections found, const Subscription& value) {
  Text text;
  if (found.has(domain::Objection::past_deadline)) {
    const std::string day = value.change_deadline().str();
    text = {"The next delivery could be changed until " + day + ".",
            "変更期限(" + day + ")を過ぎています。"};
  }
  if (found.has(domain::Objection::below_minimum)) {
    const std::string counts =
        std::to_string(value.delivered_count) + " / " + std::to_string(value.minimum_count);
    if (!text.en.empty()) text.en += " ";
    text.en += "Fewer deliveries than were agreed: " + counts + ".";
    text.ja += "最低継続回数に達していません(" + counts + ")。";
  }
  return text;
}

/// Nothing, or why it cannot be done so.
Result<void> may_be_done(domain::Objections found, const Subscription& value,
                         const domain::Caller& caller, bool exception) {
  if (found.empty()) return {};
  const bool may = caller.may(domain::Permission::subscriptions_exception);
  if (may && exception) return {};
  Text text = why(found, value);
  if (may) {
    text.en += " Send exception: true if it is meant.";
    text.ja += " 例外として行う場合は exception: true を指定してください。";
  } else {
    text.en += " Your role does not allow exceptions.";
    text.ja += " 例外として変更する権限がありません。";
  }
  Error error = may ? Error::conflict("subscription-objection", text) : Error::forbidden(text);
  return fail(std::move(error).with_member("objections", json::to_string(found)));
}

}  // namespace

Error wrong_subscription_state(State state) {
  const std::string name(enum_name(state));
  return Error::conflict("subscription-state", {"Not possible while it is " + name + ".",
                                                "この状態ではできません: " + name});
}

SubscriptionStep change_step(const SubscriptionPatchDto& wish, domain::BusinessDate today) {
  return {"subscription.changed", wish.exception,
          [&wish, today](db::Session& session, const Subscription& value,
                         const DirectoryView& directory) {
            return with_wishes(session, value, wish, directory, today);
          }};
}

SubscriptionStep skip_step(const SkipSubscriptionDto& wish) {
  return {
      "subscription.skipped", wish.exception,
      [](db::Session&, const Subscription& value, const DirectoryView&) -> Result<Subscription> {
        if (value.state != State::active) return fail(wrong_subscription_state(value.state));
        return domain::skipped(value);
      }};
}

SubscriptionStep pause_step(const PauseSubscriptionDto& wish, domain::BusinessDate today) {
  return {"subscription.paused", wish.exception,
          [&wish, today](db::Session&, const Subscription& value,
                         const DirectoryView& directory) -> Result<Subscription> {
            Result<std::vector<domain::MasterId>> reasons = reasons_of(wish.reasons, directory);
            if (!reasons) return fail(std::move(reasons.error()));
            Subscription wanted = value;
            wanted.state = State::paused;
            wanted.pause_reasons = std::move(*reasons);
            wanted.resume_on.reset();
            if (!wish.resume_on) return wanted;
            std::vector<FieldError> wrong;
            wanted.resume_on = day_of(*wish.resume_on, "/resume_on", wrong);
            if (wanted.resume_on && *wanted.resume_on <= today) {
              wrong.push_back(
                  {"/resume_on", {"Has to be a later day.", "明日以降の日付を指定してください。"}});
            }
            if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
            return wanted;
          }};
}

SubscriptionStep resume_step(const ResumeSubscriptionDto& wish, domain::BusinessDate today) {
  return {"subscription.resumed", false,
          [&wish, today](db::Session& session, const Subscription& value,
                         const DirectoryView&) -> Result<Subscription> {
            if (value.state != State::paused) return fail(wrong_subscription_state(value.state));
            std::optional<domain::BusinessDate> day;
            std::vector<FieldError> wrong;
            if (wish.next_date) {
              day = free_day(session, value, *wish.next_date, "/next_date", today, wrong);
            }
            if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
            return domain::resumed(value, day, today);
          }};
}

SubscriptionStep cancel_step(const CancelSubscriptionDto& wish) {
  return {"subscription.canceled", wish.exception,
          [&wish](db::Session&, const Subscription& value,
                  const DirectoryView& directory) -> Result<Subscription> {
            if (value.state == State::canceled) {
              return fail(wrong_subscription_state(value.state));
            }
            Result<std::vector<domain::MasterId>> reasons = reasons_of(wish.reasons, directory);
            if (!reasons) return fail(std::move(reasons.error()));
            Subscription wanted = value;
            wanted.state = State::canceled;
            wanted.cancel_reasons = std::move(*reasons);
            wanted.resume_on.reset();
            return wanted;
          }};
}

Result<TakenStep> take_step(const Environment& env, db::Session& session, const Context& context,
                            const std::string& id, const SubscriptionStep& step,
                            const DirectoryView& directory) {
  Result<store::SubscriptionRecord> record =
      subscription_to_change(env, session, context, id, directory);
  if (!record) return fail(std::move(record.error()));
  Subscription& value = record->value;
  Result<Subscription> wanted = step.wanted(session, value, directory);
  if (!wanted) return fail(std::move(wanted.error()));
  wanted->error.clear();  // its next order is tried again
  const Subscription before = value;
  Result<domain::Change> changed = domain::become(value, *wanted, step.event);
  if (!changed) return fail(std::move(changed.error()));
  const domain::Objections found =
      domain::objections(before, *wanted, domain::BusinessDate::of(env.clock.now()));
  Result<void> good = may_be_done(found, before, context.caller, step.exception);
  if (!good) return fail(std::move(good.error()));
  TakenStep taken{{}, changed->fields};
  if (!changed->empty()) {
    if (!found.empty()) changed->fields.push_back({"exception", "", named(found)});
    taken.fields = changed->fields;
    save_subscription(env, session, context.caller, value, std::move(*changed), directory);
  }
  taken.record = std::move(*record);
  return taken;
}

}  // namespace madoguchi::service
