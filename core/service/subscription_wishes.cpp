// SPDX-License-Identifier: Apache-2.0
#include "core/service/subscription_wishes.h"

#include <algorithm>
#include <iterator>

#include "core/service/case_access.h"
#include "core/service/customer_access.h"
#include "core/service/customer_wishes.h"
#include "core/service/order_wishes.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using domain::BusinessDate;
using domain::Subscription;

constexpr int kFarthestDays = 5 * 366;

void add(std::vector<FieldError>& wrong, Error error) {
  std::move(error.fields.begin(), error.fields.end(), std::back_inserter(wrong));
}

void set_amounts(Subscription& value, const SubscriptionPatchDto& wish) {
  if (wish.discount) value.discount = wish.discount->amount;
  if (wish.shipping_fee) value.shipping_fee = wish.shipping_fee->amount;
  if (wish.payment_fee) value.payment_fee = wish.payment_fee->amount;
  value.tax_included = wish.tax_included.value_or(value.tax_included);
}

void set_payment(db::Session& session, Subscription& value, const SubscriptionPatchDto& wish,
                 std::vector<FieldError>& wrong) {
  value.payment_method = wish.payment_method.value_or(value.payment_method);
  if (wish.card.given()) {
    set_card(session, value.customer, value.card, wish.card.value().value_or(""), wrong);
  }
  const bool by_card = value.payment_method == domain::PaymentMethod::card;
  if (wish.payment_method && !by_card && !wish.card.given()) value.card.clear();
}

/// Whom it is for and which shop runs it, besides what PATCH knows.
class Beginning {
 public:
  Beginning(const Environment& env, db::Session& session, const Context& context,
            const SubscriptionCreateDto& wish)
      : env_(env), session_(session), context_(context), wish_(wish) {}

  Result<store::SubscriptionRecord> take(const DirectoryView& directory) {
    std::optional<std::string> number = wish_.customer;
    agreed_in(number);
    shop();
    if (Result<void> found = whose(number); !found) return fail(std::move(found.error()));
    if (!wish_.next_date) {
      refuse("/next_date", {"Say when it begins.", "初回のお届け日を指定してください。"});
    }
    record_.value.delivered_count = wish_.delivered_count.value_or(0);
    Result<Subscription> made = with_wishes(session_, record_.value, wish_, directory,
                                            BusinessDate::of(env_.clock.now()), std::move(wrong_));
    if (!made) return fail(std::move(made.error()));
    record_.value = std::move(*made);
    return std::move(record_);
  }

 private:
  void refuse(const char* pointer, Text message) {
    wrong_.push_back({pointer, std::move(message)});
  }

  void agreed_in(std::optional<std::string>& customer) {
    if (!wish_.case_number) return;
    const Result<store::CaseRecord> found =
        find_case(session_, context_.caller, *wish_.case_number);
    if (!found) return refuse("/case", found.error().message);
    record_.value.case_sequence = found->value.sequence;
    if (!customer && found->row.customer_number()) {
      customer = std::string(*found->row.customer_number());
    }
  }

  void shop() {
    Subscription& value = record_.value;
    value.account = text::one_line(wish_.account.value_or(""));
    value.number = text::one_line(wish_.number.value_or(""));
    if (value.account.empty() != value.number.empty()) {
      refuse(
          value.number.empty() ? "/number" : "/account",
          {"account and number stand together.", "アカウントと定期番号は両方指定してください。"});
    } else if (!value.number.empty() &&
               store::Subscriptions(session_).is_taken(value.account, value.number)) {
      refuse("/number", {"Is here already.", "すでに登録されています。"});
    }
    if (value.account.empty()) return;
    value.sync = {domain::SyncState::in_step, value.account, env_.clock.now(), std::nullopt};
  }

  Result<void> whose(const std::optional<std::string>& number) {
    if (!number) {
      refuse("/customer", {"Give a customer, or a case that has one.",
                           "顧客、または顧客の登録されたケースを指定してください。"});
      return {};
    }
    Result<domain::Customer> customer = find_living_customer(session_, *number);
    if (!customer) {
      if (customer.error().code != ErrorCode::not_found) return fail(std::move(customer.error()));
      refuse("/customer", customer.error().message);
      return {};
    }
    record_.value.customer = customer->id;
    record_.customer_number = customer->number();
    record_.customer_name = customer->name();
    record_.customer_blacklisted = customer->blacklisted;
    if (!wish_.shipping_address && customer->billing_address) {
      record_.value.shipping_address = *customer->billing_address;
    }
    return {};
  }

  const Environment& env_;
  db::Session& session_;
  const Context& context_;
  const SubscriptionCreateDto& wish_;
  store::SubscriptionRecord record_;
  std::vector<FieldError> wrong_;
};

}  // namespace

Result<store::SubscriptionQuery> query_of(const SubscriptionFilter& filter,
                                          const DirectoryView& directory) {
  store::SubscriptionQuery query;
  query.numbers = filter.numbers;
  query.customer_numbers = filter.customers;
  query.accounts = filter.accounts;
  query.states = filter.states;
  query.skus = filter.skus;
  for (const std::string& label : filter.labels) {
    const auto* entry = entry_of(domain::MasterKind::customer_label, label, directory);
    query.labels.push_back(entry != nullptr ? entry->id : domain::MasterId(label));
  }
  std::vector<FieldError> wrong;
  if (filter.next_from) query.next_from = day_of(*filter.next_from, "/next_from", wrong);
  if (filter.next_to) query.next_to = day_of(*filter.next_to, "/next_to", wrong);
  if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
  query.limit = filter.limit;
  return query;
}

std::optional<BusinessDate> free_day(db::Session& session, const Subscription& value,
                                     const std::string& text, const std::string& pointer,
                                     BusinessDate today, std::vector<FieldError>& wrong) {
  const std::optional<BusinessDate> day = day_of(text, pointer, wrong);
  if (!day) return std::nullopt;
  if (*day < today) {
    wrong.push_back({pointer, {"Is over already.", "過去の日付は指定できません。"}});
  } else if (*day > today.plus_days(kFarthestDays)) {
    wrong.push_back(
        {pointer, {"Is more than five years away.", "5年より先の日付は指定できません。"}});
  } else if (!value.id.empty() && store::Subscriptions(session).has_order(value.id, *day)) {
    wrong.push_back(
        {pointer, {"That day has its order already.", "そのお届け日の受注は作成済みです。"}});
  } else {
    return day;
  }
  return std::nullopt;
}

Result<std::vector<domain::MasterId>> reasons_of(const std::vector<std::string>& wish,
                                                 const DirectoryView& directory) {
  std::vector<domain::MasterId> reasons;
  Result<void> set =
      set_entries(reasons, domain::MasterKind::subscription_reason, wish, "/reasons", directory);
  if (!set) return fail(std::move(set.error()));
  return reasons;
}

Result<Subscription> with_wishes(db::Session& session, Subscription value,
                                 const SubscriptionPatchDto& wish, const DirectoryView& directory,
                                 BusinessDate today, std::vector<FieldError> wrong) {
  value.interval = wish.interval.value_or(value.interval);
  if (wish.next_date && *wish.next_date != value.next_date.str()) {
    const auto day = free_day(session, value, *wish.next_date, "/next_date", today, wrong);
    if (day) {
      value.next_date = *day;
      value.month_day = day->day_of_month();
    }
  }
  wish.time_slot.apply_to(value.time_slot);
  value.lead_days = wish.lead_days.value_or(value.lead_days);
  value.deadline_days = wish.deadline_days.value_or(value.deadline_days);
  value.minimum_count = wish.minimum_count.value_or(value.minimum_count);
  if (wish.items) value.items = items_of(session, *wish.items, value.items, value.account, wrong);
  set_amounts(value, wish);
  set_payment(session, value, wish, wrong);
  if (wish.shipping_address) value.shipping_address = *wish.shipping_address;
  value.memo = wish.memo.value_or(value.memo);
  if (wish.labels) {
    Result<void> set = set_entries(value.labels, domain::MasterKind::customer_label, *wish.labels,
                                   "/labels", directory);
    if (!set) add(wrong, std::move(set.error()));
  }
  Result<Subscription> good = domain::checked(std::move(value));
  if (good && wrong.empty()) return good;
  if (!good) add(wrong, std::move(good.error()));
  return fail(Error::invalid(std::move(wrong)));
}

Result<store::SubscriptionRecord> new_subscription(const Environment& env, db::Session& session,
                                                   const Context& context,
                                                   const SubscriptionCreateDto& wish,
                                                   const DirectoryView& directory) {
  return Beginning(env, session, context, wish).take(directory);
}

}  // namespace madoguchi::service
