// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/customer_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using service::CustomerCreateDto;
using service::CustomerDto;
using service::CustomerEmailDto;
using service::CustomerPatchDto;
using service::DeliveryAddressCreateDto;
using service::DeliveryAddressDto;
using service::DeliveryAddressPatchDto;
using service::DuplicateDto;
using service::MasterEntryDto;
using service::MemoDto;
using service::MemoWishDto;
using service::MergeCustomerDto;
using service::MergedCustomerDto;

namespace {

constexpr std::size_t kName = 100;
constexpr std::size_t kMemo = 20'000;
constexpr std::int64_t kMany = 1'000'000'000'000;

/// What POST and PATCH take alike.
template <class S, class... More>
Fields customer_wish_fields(More&&... more) {
  using Wish = CustomerPatchDto;
  return json::fields<S>(
      field("family_name", &Wish::family_name, "Family name.").max_length(kName),
      field("given_name", &Wish::given_name, "Given name.").max_length(kName),
      field("family_name_kana", &Wish::family_name_kana, "Its reading.").max_length(kName),
      field("given_name_kana", &Wish::given_name_kana, "Its reading.").max_length(kName),
      field("company", &Wish::company, "Company.").max_length(200),
      field("emails", &Wish::emails, "All mail addresses.").needs(service::kContact).max_items(50),
      field("phones", &Wish::phones, "All telephone numbers.")
          .needs(service::kContact)
          .max_items(50),
      field("external_ids", &Wish::external_ids, "Who the customer is in other systems.")
          .max_items(50),
      field("billing_address", &Wish::billing_address, "The customer's own address.")
          .needs(service::kContact),
      field("labels", &Wish::labels, "All labels, each by its id or name.").max_items(50),
      field("tags", &Wish::tags, "Free keywords.").max_items(50),
      field("blacklisted", &Wish::blacklisted, "false takes the reasons away too."),
      field("blacklist_reasons", &Wish::blacklist_reasons,
            "Each by its id or name; only with blacklisted: true.")
          .max_items(50),
      field("language", &Wish::language, "BCP 47, such as ja; chooses templates.").max_length(35),
      field("time_zone", &Wish::time_zone, "IANA, such as Asia/Tokyo.").max_length(60),
      field("birthday", &Wish::birthday, "A day, such as 1980-04-01.").max_length(10),
      field("sex", &Wish::sex, "Sex."),
      field("rank", &Wish::rank, "Member rank in the shop.").max_length(kName),
      field("points", &Wish::points, "Points in the shop.").range(-kMany, kMany),
      field("purchase_count", &Wish::purchase_count, "Number of purchases, as the shop counts.")
          .range(0, kMany),
      field("purchase_total", &Wish::purchase_total, "What they came to.").needs(service::kAmounts),
      field("last_order_at", &Wish::last_order_at, "When the last one was."),
      std::forward<More>(more)...);
}

}  // namespace

const Fields& Table<CustomerEmailDto>::fields() {
  static const Fields table = json::fields<CustomerEmailDto>(
      field("address", &CustomerEmailDto::address, "Mail address."),
      field("preferred", &CustomerEmailDto::preferred, "The one to write to."),
      field("newsletter", &CustomerEmailDto::newsletter, "Promotional mail is welcome there."),
      field("state", &CustomerEmailDto::state,
            "What the delivery ledger knows: unused, good, failing, or suppressed, where no "
            "automatic mail goes any more."));
  return table;
}

const Fields& Table<CustomerDto>::fields() {
  static const Fields table = json::fields<CustomerDto>(
      field("number", &CustomerDto::number, "The hub's own number.").example("\"CU-000123\""),
      field("name", &CustomerDto::name, "Family and given name; else the company."),
      field("family_name", &CustomerDto::family_name, "Family name."),
      field("given_name", &CustomerDto::given_name, "Given name."),
      field("family_name_kana", &CustomerDto::family_name_kana, "Its reading."),
      field("given_name_kana", &CustomerDto::given_name_kana, "Its reading."),
      field("company", &CustomerDto::company, "Company."),
      field("emails", &CustomerDto::emails, "Mail addresses.").needs(service::kContact),
      field("phones", &CustomerDto::phones, "Telephone numbers.").needs(service::kContact),
      field("external_ids", &CustomerDto::external_ids, "Who the customer is in other systems."),
      field("billing_address", &CustomerDto::billing_address, "The customer's own address.")
          .needs(service::kContact),
      field("labels", &CustomerDto::labels, "Labels."),
      field("tags", &CustomerDto::tags, "Free keywords."),
      field("blacklisted", &CustomerDto::blacklisted, "Whether the customer is blacklisted."),
      field("blacklist_reasons", &CustomerDto::blacklist_reasons, "Why."),
      field("language", &CustomerDto::language, "BCP 47; empty: not known."),
      field("time_zone", &CustomerDto::time_zone, "IANA; empty: not known."),
      field("birthday", &CustomerDto::birthday, "A day."), field("sex", &CustomerDto::sex, "Sex."),
      field("rank", &CustomerDto::rank, "Member rank in the shop."),
      field("points", &CustomerDto::points, "Points in the shop."),
      field("purchase_count", &CustomerDto::purchase_count,
            "Number of purchases, as the shop counts."),
      field("purchase_total", &CustomerDto::purchase_total, "What they came to.")
          .needs(service::kAmounts),
      field("last_order_at", &CustomerDto::last_order_at, "When the last one was."),
      field("sync", &CustomerDto::sync, "Whether the shop has the customer as it stands here."),
      field("merged_into", &CustomerDto::merged_into, "Number of the customer it was merged into."),
      field("erased_at", &CustomerDto::erased_at,
            "When all that was known of the person was erased."),
      field("created_at", &CustomerDto::created_at, "When it was registered here."),
      field("modified_at", &CustomerDto::modified_at, "When it changed last."),
      field("version", &CustomerDto::version, "Counts changes; the ETag."),
      field("allowed_actions", &CustomerDto::allowed_actions,
            "What the caller may do with it now."));
  return table;
}

const Fields& Table<CustomerPatchDto>::fields() {
  static const Fields table = customer_wish_fields<CustomerPatchDto>();
  return table;
}

const Fields& Table<CustomerCreateDto>::fields() {
  static const Fields table = customer_wish_fields<CustomerCreateDto>(
      field("from_case", &CustomerCreateDto::from_case,
            "Number of a case of somebody unregistered: what its requester said fills what is not "
            "given here, and the case becomes the customer's."));
  return table;
}

const Fields& Table<DeliveryAddressDto>::fields() {
  static const Fields table = json::fields<DeliveryAddressDto>(
      field("id", &DeliveryAddressDto::id, "Its id."),
      field("label", &DeliveryAddressDto::label, "What the customer calls it, such as 会社."),
      field("address", &DeliveryAddressDto::address, "Where it is.").needs(service::kContact),
      field("created_at", &DeliveryAddressDto::created_at, "When it was added."),
      field("version", &DeliveryAddressDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<DeliveryAddressCreateDto>::fields() {
  static const Fields table = json::fields<DeliveryAddressCreateDto>(
      field("label", &DeliveryAddressCreateDto::label, "What the customer calls it.")
          .optional()
          .max_length(kName),
      field("address", &DeliveryAddressCreateDto::address, "Where it is.")
          .needs(service::kContact));
  return table;
}

const Fields& Table<DeliveryAddressPatchDto>::fields() {
  static const Fields table = json::fields<DeliveryAddressPatchDto>(
      field("label", &DeliveryAddressPatchDto::label, "What the customer calls it.")
          .max_length(kName),
      field("address", &DeliveryAddressPatchDto::address, "Where it is, whole.")
          .needs(service::kContact));
  return table;
}

const Fields& Table<MemoDto>::fields() {
  static const Fields table = json::fields<MemoDto>(
      field("id", &MemoDto::id, "Its id."), field("text", &MemoDto::text, "What was written."),
      field("author", &MemoDto::author, "Id of the agent who wrote it."),
      field("author_name", &MemoDto::author_name, "The agent's name."),
      field("created_at", &MemoDto::created_at, "When."),
      field("modified_at", &MemoDto::modified_at, "When it changed last."),
      field("version", &MemoDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<MemoWishDto>::fields() {
  static const Fields table = json::fields<MemoWishDto>(
      field("text", &MemoWishDto::text, "What to remember. The customer never sees it.")
          .not_empty()
          .max_length(kMemo));
  return table;
}

const Fields& Table<MasterEntryDto>::fields() {
  static const Fields table = json::fields<MasterEntryDto>(
      field("id", &MasterEntryDto::id, "Names it on customers."),
      field("name", &MasterEntryDto::name, "Unique name."),
      field("detail", &MasterEntryDto::detail, "What it means and what to do then."),
      field("position", &MasterEntryDto::position, "Order in lists."),
      field("archived", &MasterEntryDto::archived, "Not offered any more; customers keep it."),
      field("version", &MasterEntryDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<DuplicateDto>::fields() {
  static const Fields table = json::fields<DuplicateDto>(
      field("customer", &DuplicateDto::customer, "Who may be the same person."),
      field("same_email", &DuplicateDto::same_email, "They share a mail address."),
      field("same_phone", &DuplicateDto::same_phone, "They share a telephone number."),
      field("same_name_and_address", &DuplicateDto::same_name_and_address,
            "They share name and address."));
  return table;
}

const Fields& Table<MergeCustomerDto>::fields() {
  static const Fields table = json::fields<MergeCustomerDto>(
      field("into", &MergeCustomerDto::into, "Number of the customer that stays.").not_empty(),
      field("preview", &MergeCustomerDto::preview, "Say what would happen, and do nothing.")
          .optional());
  return table;
}

const Fields& Table<MergedCustomerDto>::fields() {
  static const Fields table = json::fields<MergedCustomerDto>(
      field("preview", &MergedCustomerDto::preview, "Nothing was done."),
      field("customer", &MergedCustomerDto::customer, "The one that stays, as it is afterwards."),
      field("merged", &MergedCustomerDto::merged, "The one that goes into it."),
      field("changes", &MergedCustomerDto::changes, "What the one that stays gets."),
      field("not_taken", &MergedCustomerDto::not_taken,
            "Values of the merged one that differ: `to` stays."),
      field("cases", &MergedCustomerDto::cases, "Cases that change hands."),
      field("memos", &MergedCustomerDto::memos, "Memos that do."),
      field("addresses", &MergedCustomerDto::addresses, "Delivery addresses that do."),
      field("orders", &MergedCustomerDto::orders, "Orders that do."),
      field("cards", &MergedCustomerDto::cards, "Cards that do."),
      field("surveys", &MergedCustomerDto::surveys, "Survey responses that do."),
      field("subscriptions", &MergedCustomerDto::subscriptions, "Subscriptions that do."));
  return table;
}

}  // namespace madoguchi::json
