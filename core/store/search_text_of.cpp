// SPDX-License-Identifier: Apache-2.0
// What cases, orders and memos are found by.
#include <string_view>

#include "core/base/phone_number.h"
#include "core/store/orders.h"
#include "core/store/search_texts.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::store {
namespace {

constexpr std::size_t kIndexedBytes = 64 * 1024;

class Lines {
 public:
  void add(std::string_view line) {
    if (line.empty()) return;
    if (!text_.empty()) text_ += '\n';
    text_ += line;
  }
  /// "山田 太郎" and "山田太郎", however it is typed.
  void add_name(const std::string& name) {
    add(name);
    std::string together;
    for (const char c : text::fold(name)) {
      if (c != ' ') together += c;
    }
    if (together != text::fold(name)) add(together);
  }
  /// As it is written, its digits, and the last four, which people ask each other for.
  void add_phone(const std::string& phone) {
    add(phone);
    const Result<PhoneNumber> number = PhoneNumber::parse(phone);
    if (!number) return;
    const std::string& key = number->key();
    add(key);
    if (key.size() > 4) add(key.substr(key.size() - 4));
  }
  [[nodiscard]] std::string folded() const {
    return text::fold(text::truncate_utf8(text_, kIndexedBytes));
  }

 private:
  std::string text_;
};

}  // namespace

SearchText search_text_of(const domain::Case& value) {
  Lines names;
  names.add(value.subject);
  names.add_name(value.requester.name);
  names.add_name(value.requester.kana);
  Lines others;
  others.add(value.number());
  others.add(value.requester.address);
  others.add_phone(value.requester.phone);
  for (const std::string& number : value.order_numbers) others.add(number);
  return {names.folded(), others.folded(), value.created_at};
}

SearchText search_text_of(const domain::Order& order) {
  Lines names;
  names.add(order.number);
  names.add_name(order.shipping_address.name);
  names.add_name(order.shipping_address.kana);
  names.add(order.shipping_address.company);
  Lines others;
  for (const domain::OrderItem& item : order.items) {
    others.add(item.sku);
    others.add(item.name);
  }
  for (const domain::Shipment& shipment : order.shipments) {
    others.add(shipment.tracking_number);
    others.add(tracking_key(shipment.tracking_number));
  }
  others.add(order.shipping_address.line());
  others.add_phone(order.shipping_address.phone);
  others.add(order.remark);
  others.add(order.memo);
  return {names.folded(), others.folded(), order.created_at};
}

SearchText search_text_of(const domain::Memo& memo) {
  Lines others;
  others.add(memo.text);
  return {{}, others.folded(), memo.created_at};
}

}  // namespace madoguchi::store
