// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/subscription_bulk_dto.h"

namespace madoguchi::json {

using service::SubscriptionBulkAction;
using service::SubscriptionBulkDto;
using service::SubscriptionFilter;
using service::SubscriptionNoticeDto;
using service::SubscriptionSelection;

namespace {

constexpr std::size_t kFilterValues = 100;
constexpr std::size_t kMostBulk = 1000;
constexpr std::size_t kBulkDay = 10;

template <class Member>
auto any_of(const char* name, Member SubscriptionFilter::*member, const char* description) {
  return field(name, member, description).optional().omitted_when_empty().max_items(kFilterValues);
}

template <class S, class... More>
Fields subscription_selection_fields(More&&... more) {
  return json::fields<S>(
      field("ids", &SubscriptionSelection::ids, "Ids of subscriptions.")
          .min_items(1)
          .max_items(kMostBulk),
      field("filter", &SubscriptionSelection::filter, "In place of ids: all that it finds now."),
      field("preview", &SubscriptionSelection::preview, "Only try.").optional(),
      std::forward<More>(more)...);
}

void check_subscriptions(const SubscriptionSelection& value, Reader& reader) {
  if (value.ids.has_value() == value.filter.has_value()) {
    reader.refuse_member("ids", {"Either ids or a filter.", "ids か filter の一方が必要です。"});
  }
}

}  // namespace

const Fields& Table<SubscriptionFilter>::fields() {
  static const Fields table = json::fields<SubscriptionFilter>(
      any_of("number", &SubscriptionFilter::numbers, "Numbers of subscriptions."),
      any_of("customer", &SubscriptionFilter::customers, "Customer numbers."),
      any_of("account", &SubscriptionFilter::accounts, "Shops that make their orders."),
      any_of("state", &SubscriptionFilter::states, "Where they stand."),
      any_of("sku", &SubscriptionFilter::skus, "Codes of their items, whole."),
      any_of("label", &SubscriptionFilter::labels, "Ids or names of labels."),
      field("next_from", &SubscriptionFilter::next_from,
            "First day of the next delivery, a day in Japan.")
          .max_length(kBulkDay),
      field("next_to", &SubscriptionFilter::next_to, "Last day of the next delivery.")
          .max_length(kBulkDay));
  return table;
}

const Fields& Table<SubscriptionBulkDto>::fields() {
  static const Fields table = subscription_selection_fields<SubscriptionBulkDto>(
      field("action", &SubscriptionBulkDto::action,
            "change (of the members below), or a step: skip, pause, resume, cancel."),
      field("interval", &SubscriptionBulkDto::interval, "change: how often."),
      field("next_date", &SubscriptionBulkDto::next_date,
            "change: the next delivery; resume: the first one.")
          .max_length(kBulkDay),
      field("time_slot", &SubscriptionBulkDto::time_slot, "change: hours of delivery."),
      field("add_labels", &SubscriptionBulkDto::add_labels, "change: each by its id or name.")
          .optional()
          .max_items(50),
      field("remove_labels", &SubscriptionBulkDto::remove_labels, "change: each by its id or name.")
          .optional()
          .max_items(50),
      field("memo", &SubscriptionBulkDto::memo, "change: the desk's own note.").max_length(5000),
      field("reasons", &SubscriptionBulkDto::reasons,
            "pause, cancel: why, of /subscription-reasons, each by its id or name.")
          .optional()
          .max_items(50),
      field("resume_on", &SubscriptionBulkDto::resume_on, "pause: until that day.")
          .max_length(kBulkDay),
      field("exception", &SubscriptionBulkDto::exception,
            "It is meant, past the change deadline or below the minimum count.")
          .optional());
  return table;
}

void Table<SubscriptionBulkDto>::check(const SubscriptionBulkDto& value, Reader& reader) {
  check_subscriptions(value, reader);
  const bool pausing = value.action == SubscriptionBulkAction::pause;
  const bool canceling = value.action == SubscriptionBulkAction::cancel;
  const bool changing = value.action == SubscriptionBulkAction::change;
  const bool something = value.interval || value.time_slot.given() || !value.add_labels.empty() ||
                         !value.remove_labels.empty() || value.memo;
  if (changing && !something && !value.next_date) {
    reader.refuse_member("action", {"Say what to change.", "変更する項目を指定してください。"});
  }
  if (!changing && something) {
    reader.refuse_member("action", {"A step changes nothing else: send action: change apart.",
                                    "項目の変更は action: change で別に指定してください。"});
  }
  if (!value.reasons.empty() && !pausing && !canceling) {
    reader.refuse_member(
        "reasons", {"Only for pause and cancel.", "理由は一時停止・解約のときのみ指定できます。"});
  }
  if (value.resume_on && !pausing) {
    reader.refuse_member("resume_on",
                         {"Only for pause.", "再開日は一時停止のときのみ指定できます。"});
  }
}

const Fields& Table<SubscriptionNoticeDto>::fields() {
  static const Fields table = subscription_selection_fields<SubscriptionNoticeDto>(
      field("template", &SubscriptionNoticeDto::template_id, "Id of the template.")
          .not_empty()
          .max_length(100),
      field("mailbox", &SubscriptionNoticeDto::mailbox, "What it is sent by; default: the first."));
  return table;
}

void Table<SubscriptionNoticeDto>::check(const SubscriptionNoticeDto& value, Reader& reader) {
  check_subscriptions(value, reader);
}

}  // namespace madoguchi::json
