// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the history shows what changed of orders and subscriptions. Private to this folder.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/order_names.h"

namespace madoguchi::domain {

/// "1080 JPY".
[[nodiscard]] std::string yen(std::int64_t amount);

[[nodiscard]] inline std::string show(const std::string& text) { return text; }
[[nodiscard]] inline std::string show(bool value) { return value ? "yes" : "no"; }
[[nodiscard]] inline std::string show(std::int64_t value) { return std::to_string(value); }
[[nodiscard]] inline std::string show(BusinessDate date) { return date.str(); }
[[nodiscard]] std::string show(const std::optional<BusinessDate>& date);
[[nodiscard]] std::string show(const std::optional<TimeSlot>& slot);
[[nodiscard]] std::string show(const std::vector<OrderItem>& items);
[[nodiscard]] std::string show(const std::vector<Coupon>& coupons);
[[nodiscard]] std::string show(const std::vector<Shipment>& shipments);
[[nodiscard]] std::string show(const DesiredDelivery& wish);
[[nodiscard]] std::string show(const PostalAddress& address);
[[nodiscard]] std::string show(const std::vector<MasterId>& ids);
template <class E>
requires std::is_enum_v<E>
[[nodiscard]] std::string show(E value) { return std::string(enum_name(value)); }

/// For Change::set.
inline constexpr auto kShow = [](const auto& value) { return show(value); };

}  // namespace madoguchi::domain
