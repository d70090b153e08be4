// SPDX-License-Identifier: Apache-2.0
#pragma once

// Customers and what belongs to them, as the facade shows them (contract: Customers).

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/service/dto/case_dto.h"
#include "core/service/dto/desk_dto.h"
#include "core/store/customer_columns.h"
#include "core/store/customers.h"

namespace madoguchi::service {

struct CustomerEmailDto {
  std::string address;
  bool preferred = false;
  bool newsletter = false;
  store::EmailState state = store::EmailState::unused;
};

struct CustomerDto {
  std::string number;
  std::string name;
  std::string family_name;
  std::string given_name;
  std::string family_name_kana;
  std::string given_name_kana;
  std::string company;
  std::vector<CustomerEmailDto> emails;
  std::vector<domain::CustomerPhone> phones;
  std::vector<domain::ExternalId> external_ids;
  std::optional<domain::PostalAddress> billing_address;
  std::vector<NamedDto> labels;
  std::vector<std::string> tags;
  bool blacklisted = false;
  std::vector<NamedDto> blacklist_reasons;
  std::string language;
  std::string time_zone;
  std::optional<std::string> birthday;
  domain::Sex sex = domain::Sex::unknown;
  std::string rank;
  std::int64_t points = 0;
  std::int64_t purchase_count = 0;
  std::optional<Money> purchase_total;
  std::optional<TimePoint> last_order_at;
  domain::CustomerSync sync;
  std::optional<std::string> merged_into;
  std::optional<TimePoint> erased_at;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 0;
  domain::CustomerActions allowed_actions;
};

/// What can be said of a customer; absent members stay as they are.
struct CustomerPatchDto {
  std::optional<std::string> family_name;
  std::optional<std::string> given_name;
  std::optional<std::string> family_name_kana;
  std::optional<std::string> given_name_kana;
  std::optional<std::string> company;
  std::optional<std::vector<domain::CustomerEmail>> emails;
  std::optional<std::vector<domain::CustomerPhone>> phones;
  std::optional<std::vector<domain::ExternalId>> external_ids;
  json::Patch<domain::PostalAddress> billing_address;
  std::optional<std::vector<std::string>> labels;
  std::optional<std::vector<std::string>> tags;
  std::optional<bool> blacklisted;
  std::optional<std::vector<std::string>> blacklist_reasons;
  std::optional<std::string> language;
  std::optional<std::string> time_zone;
  json::Patch<std::string> birthday;
  std::optional<domain::Sex> sex;
  std::optional<std::string> rank;
  std::optional<std::int64_t> points;
  std::optional<std::int64_t> purchase_count;
  json::Patch<Money> purchase_total;
  json::Patch<TimePoint> last_order_at;
};

struct CustomerCreateDto : CustomerPatchDto {
  std::optional<std::string> from_case;
};

struct DeliveryAddressDto {
  std::string id;
  std::string label;
  domain::PostalAddress address;
  TimePoint created_at;
  std::int64_t version = 0;
};
struct DeliveryAddressCreateDto {
  std::string label;
  domain::PostalAddress address;
};
struct DeliveryAddressPatchDto {
  std::optional<std::string> label;
  std::optional<domain::PostalAddress> address;
};

struct MemoDto {
  std::string id;
  std::string text;
  std::optional<std::string> author;
  std::string author_name;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 0;
};
struct MemoWishDto {
  std::string text;
};

struct MasterEntryDto {
  std::string id;
  std::string name;
  std::string detail;
  std::int64_t position = 0;
  bool archived = false;
  std::int64_t version = 0;
};

/// One who may be the same person.
struct DuplicateDto {
  CustomerDto customer;
  bool same_email = false;
  bool same_phone = false;
  bool same_name_and_address = false;
};

struct MergeCustomerDto {
  std::string into;
  bool preview = false;
};

/// What merging does, or would do.
struct MergedCustomerDto {
  bool preview = false;
  CustomerDto customer;  ///< the one that stays, as it is afterwards
  CustomerDto merged;    ///< the one that goes into it
  std::vector<domain::FieldChange> changes;
  std::vector<domain::FieldChange> not_taken;  ///< values of the merged one that differ
  std::int64_t cases = 0;
  std::int64_t memos = 0;
  std::int64_t addresses = 0;
  std::int64_t orders = 0;
  std::int64_t cards = 0;
  std::int64_t surveys = 0;
  std::int64_t subscriptions = 0;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<store::EmailState> {
  static constexpr EnumName<store::EmailState> values[] = {
      {store::EmailState::unused, "unused"},
      {store::EmailState::good, "good"},
      {store::EmailState::failing, "failing"},
      {store::EmailState::suppressed, "suppressed"}};
};

}  // namespace madoguchi

namespace madoguchi::json {

template <>
struct Table<service::CustomerEmailDto> {
  static constexpr const char* name = "CustomerEmail";
  static const Fields& fields();
};
template <>
struct Table<service::CustomerDto> {
  static constexpr const char* name = "Customer";
  static const Fields& fields();
};
template <>
struct Table<service::CustomerPatchDto> {
  static constexpr const char* name = "CustomerPatch";
  static const Fields& fields();
};
template <>
struct Table<service::CustomerCreateDto> {
  static constexpr const char* name = "CustomerCreate";
  static const Fields& fields();
};
template <>
struct Table<service::DeliveryAddressDto> {
  static constexpr const char* name = "DeliveryAddress";
  static const Fields& fields();
};
template <>
struct Table<service::DeliveryAddressCreateDto> {
  static constexpr const char* name = "DeliveryAddressCreate";
  static const Fields& fields();
};
template <>
struct Table<service::DeliveryAddressPatchDto> {
  static constexpr const char* name = "DeliveryAddressPatch";
  static const Fields& fields();
};
template <>
struct Table<service::MemoDto> {
  static constexpr const char* name = "Memo";
  static const Fields& fields();
};
template <>
struct Table<service::MemoWishDto> {
  static constexpr const char* name = "MemoWish";
  static const Fields& fields();
};
template <>
struct Table<service::MasterEntryDto> {
  static constexpr const char* name = "MasterEntry";
  static const Fields& fields();
};
template <>
struct Table<service::DuplicateDto> {
  static constexpr const char* name = "Duplicate";
  static const Fields& fields();
};
template <>
struct Table<service::MergeCustomerDto> {
  static constexpr const char* name = "MergeCustomer";
  static const Fields& fields();
};
template <>
struct Table<service::MergedCustomerDto> {
  static constexpr const char* name = "MergedCustomer";
  static const Fields& fields();
};

}  // namespace madoguchi::json
