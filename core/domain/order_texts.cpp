// SPDX-License-Identifier: Apache-2.0
#include "core/domain/order_texts.h"

namespace madoguchi::domain {

std::string yen(std::int64_t amount) { return std::to_string(amount) + " JPY"; }

std::string show(const std::optional<BusinessDate>& date) { return date ? date->str() : ""; }

std::string show(const std::optional<TimeSlot>& slot) {
  return slot ? std::string(enum_name(*slot)) : "";
}

std::string show(const std::vector<OrderItem>& items) {
  std::string out;
  for (const OrderItem& item : items) {
    out += (out.empty() ? "" : ", ") + item.sku + " " + item.name + " x " +
           std::to_string(item.quantity) + " @ " + yen(item.unit_price) + " (" +
           std::to_string(item.tax_rate) + "%)";
  }
  return out;
}

std::string show(const std::vector<Coupon>& coupons) {
  std::string out;
  for (const Coupon& one : coupons) {
    out += (out.empty() ? "" : ", ") + one.code + " -" + yen(one.amount);
  }
  return out;
}

std::string show(const std::vector<Shipment>& shipments) {
  std::string out;
  for (const Shipment& one : shipments) {
    out +=
        (out.empty() ? "" : ", ") + std::string(enum_name(one.carrier)) + " " + one.tracking_number;
    if (one.shipped_at) out += " shipped " + to_rfc3339(*one.shipped_at);
    if (one.delivered_at) out += " delivered " + to_rfc3339(*one.delivered_at);
  }
  return out;
}

std::string show(const DesiredDelivery& wish) {
  std::string out = wish.date ? wish.date->str() : "";
  if (wish.time_slot) out += (out.empty() ? "" : " ") + std::string(enum_name(*wish.time_slot));
  return out;
}

std::string show(const PostalAddress& address) {
  std::string out = address.line();
  for (const std::string* part : {&address.company, &address.name, &address.phone}) {
    if (!part->empty()) out += " / " + *part;
  }
  return out;
}

std::string show(const std::vector<MasterId>& ids) {
  std::string out;
  for (const MasterId& id : ids) out += (out.empty() ? "" : ", ") + id.str();
  return out;
}

}  // namespace madoguchi::domain
