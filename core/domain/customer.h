// SPDX-License-Identifier: Apache-2.0
#pragma once

// A registered customer: who it is, how to reach it, what the desk should know about it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/email_address.h"
#include "core/base/enum_names.h"
#include "core/base/enum_set.h"
#include "core/base/money.h"
#include "core/base/phone_number.h"
#include "core/domain/agent.h"
#include "core/domain/case.h"
#include "core/domain/change.h"
#include "core/domain/postal_address.h"

namespace madoguchi::domain {

struct MasterTag;
using MasterId = Id<MasterTag>;

/// Small lists that supervisors keep. Entries in use are archived, never deleted.
enum class MasterKind { customer_label, blacklist_reason, subscription_reason, return_reason };

struct MasterEntry {
  MasterId id;
  MasterKind kind = MasterKind::customer_label;
  std::string name;    ///< unique among its kind
  std::string detail;  ///< what it means, how to handle it
  std::int64_t position = 0;
  bool archived = false;
  std::int64_t version = 1;
};

struct CustomerEmail {
  EmailAddress address;
  bool preferred = false;
  bool newsletter = false;  ///< promotional mail is welcome

  bool operator==(const CustomerEmail&) const = default;
};

enum class PhoneKind { mobile, home, work, fax, other };

struct CustomerPhone {
  PhoneNumber number;
  PhoneKind kind = PhoneKind::other;
  bool preferred = false;

  bool operator==(const CustomerPhone& other) const {
    return number.str() == other.number.str() && kind == other.kind && preferred == other.preferred;
  }
};

/// Who the customer is in another system.
struct ExternalId {
  std::string account;  ///< the connected account, such as "shop"
  std::string id;
  std::string number;  ///< what people call it there; may be empty

  bool operator==(const ExternalId&) const = default;
};

enum class Sex { unknown, female, male, other };

/// What the shop counts; the hub only shows it.
struct ShopStanding {
  std::string rank;
  std::int64_t points = 0;
  std::int64_t purchase_count = 0;
  std::optional<Money> purchase_total;
  std::optional<TimePoint> last_order_at;

  bool operator==(const ShopStanding&) const = default;
};

enum class SyncState { local, pending, in_step, failed, conflict, by_hand };

/// Whether the shop has the customer as it stands here.
struct CustomerSync {
  SyncState state = SyncState::local;
  std::optional<std::string> account;
  std::optional<TimePoint> at;
  std::optional<std::string> error;
};

/// Everything about a customer that is changed as one, under one version.
struct Customer {
  CustomerId id;
  std::int64_t sequence = 0;  ///< the number without its dress; set by the store
  std::string family_name;
  std::string given_name;
  std::string family_name_kana;
  std::string given_name_kana;
  std::string company;
  std::vector<CustomerEmail> emails;
  std::vector<CustomerPhone> phones;
  std::vector<ExternalId> external_ids;
  std::optional<PostalAddress> billing_address;
  std::vector<MasterId> labels;
  std::vector<std::string> tags;
  bool blacklisted = false;
  std::vector<MasterId> blacklist_reasons;  ///< only with `blacklisted`
  std::string language;                     ///< BCP 47; empty: not known
  std::string time_zone;                    ///< IANA; empty: the hub's
  std::string birthday;                     ///< "1980-04-01", or empty
  Sex sex = Sex::unknown;
  ShopStanding standing;
  CustomerSync sync;
  std::optional<CustomerId> merged_into;
  std::optional<TimePoint> erased_at;  ///< nothing is known of the person any more
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 1;

  [[nodiscard]] std::string number() const;
  /// Family name first; the company of who has no name.
  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::string kana() const;
};

/// "CU-000123" for 123, and back; nullopt for anything else.
[[nodiscard]] std::string customer_number(std::int64_t sequence);
[[nodiscard]] std::optional<std::int64_t> parse_customer_number(std::string_view number);

/// A place that deliveries to the customer may go to.
struct DeliveryAddressTag;
using DeliveryAddressId = Id<DeliveryAddressTag>;
struct DeliveryAddress {
  DeliveryAddressId id;
  CustomerId customer;
  std::string label;  ///< what the customer calls it: 自宅, 会社
  PostalAddress address;
  std::int64_t version = 1;
  TimePoint created_at;
};

/// What agents write down about the customer; the customer never sees it.
struct MemoTag;
using MemoId = Id<MemoTag>;
struct Memo {
  MemoId id;
  CustomerId customer;
  std::string text;
  std::optional<AgentId> author;
  std::string author_name;
  std::int64_t version = 1;
  TimePoint created_at;
  TimePoint modified_at;
};

enum class CustomerAction { edit, write_memo, merge, unmerge, export_, erase };
using CustomerActions = EnumSet<CustomerAction>;
[[nodiscard]] CustomerActions allowed_actions(const Customer& customer, const Caller& caller);

/// The customer as it may be kept: at most one preferred address and number (the first when none
/// is), no address, number, label or tag twice, the billing address normalised. `invalid` with the
/// member's pointer for what cannot be: somebody nameless and unreachable, a birthday that is no
/// day, a reason without the blacklist.
[[nodiscard]] Result<Customer> checked(Customer customer);

/// Makes `customer` what `wanted` says, but for what the hub keeps itself (id, number, versions,
/// times, merging), and returns what became different.
Change become(Customer& customer, const Customer& wanted, const char* event);

/// "1980-04-01" when it is a day of the calendar, from 1900 on.
[[nodiscard]] bool is_birthday(std::string_view text);

}  // namespace madoguchi::domain
