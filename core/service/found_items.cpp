// SPDX-License-Identifier: Apache-2.0
#include "core/service/found_items.h"

#include <algorithm>
#include <utility>

#include "core/domain/order_names.h"
#include "core/service/dto/order_dto.h"
#include "core/store/customer_parts.h"
#include "core/store/messages.h"
#include "core/text/snippet.h"

namespace madoguchi::service {
namespace {

/// The texts of something, the ones to show first first.
class Texts {
 public:
  explicit Texts(bool contact) : contact_(contact) {}

  /// Of phones, mail and postal addresses.
  void add_contact(std::string text) {
    if (contact_) add(MatchedIn::text, std::move(text));
  }
  void add(MatchedIn where, std::string text) {
    if (!text.empty()) all_.push_back({where, std::move(text)});
  }
  [[nodiscard]] bool hold_all(const std::vector<text::Needle>& words) const {
    return std::all_of(words.begin(), words.end(), [&](const text::Needle& word) {
      return std::any_of(all_.begin(), all_.end(),
                         [&](const One& one) { return text::count_of({word}, one.text) > 0; });
    });
  }
  /// Of the text that most of the words stand in.
  void show(SearchItemDto& item, const std::vector<text::Needle>& words) const {
    if (all_.empty()) return;
    const One* best = &all_.front();
    int most = 0;
    for (const One& one : all_) {
      const int count = text::count_of(words, one.text);
      if (count <= most) continue;
      most = count;
      best = &one;
    }
    item.matched_in = best->where;
    for (text::SnippetPiece& piece : text::snippet_of(best->text, words)) {
      item.snippet.push_back({std::move(piece.text), piece.match});
    }
  }

 private:
  struct One {
    MatchedIn where;
    std::string text;
  };
  bool contact_;
  std::vector<One> all_;
};

void add_case(Texts& texts, const store::CaseRow& row) {
  texts.add(MatchedIn::name, std::string(row.subject()));
  texts.add(MatchedIn::name, std::string(row.requester_name()));
  texts.add(MatchedIn::name, std::string(row.requester_kana()));
  texts.add_contact(std::string(row.requester_address()));
  texts.add_contact(std::string(row.requester_phone()));
  texts.add(MatchedIn::text, domain::case_number(row.sequence()));
  for (std::string& number : row.order_numbers()) texts.add(MatchedIn::text, std::move(number));
}

void add_message(Texts& texts, const domain::Message& message) {
  texts.add(MatchedIn::text, message.text_visible);
  if (message.text != message.text_visible) texts.add(MatchedIn::text, message.text);
  for (const domain::Attachment& one : message.attachments) {
    texts.add(MatchedIn::text, one.file_name);
  }
  texts.add(MatchedIn::name, message.subject);
  texts.add(MatchedIn::name, message.from.name);
}

void add_address(Texts& texts, const domain::PostalAddress& address) {
  texts.add(MatchedIn::name, address.name);
  texts.add(MatchedIn::name, address.kana);
  texts.add(MatchedIn::name, address.company);
  texts.add_contact(address.line());
  texts.add_contact(address.phone);
}

SearchCustomerDto customer_of(const domain::Customer& customer) {
  return {customer.number(), customer.name(), customer.blacklisted};
}

class Shown {
 public:
  Shown(db::Session& session, const Hit& hit, SearchItemDto& item, Texts& texts)
      : session_(session), hit_(hit), item_(item), texts_(texts) {}

  void operator()(const std::monostate&) const {}

  void operator()(const store::CaseRow& row) const {
    item_.type = SearchType::case_;
    item_.number = domain::case_number(row.sequence());
    item_.title = row.subject();
    item_.state = enum_name(row.status());
    if (const auto customer = row.customer_standing()) {
      item_.customer = SearchCustomerDto{std::string(customer->number), std::string(customer->name),
                                         customer->blacklisted};
    }
    item_.path = "/cases/" + *item_.number;
    if (hit_.message != 0) {
      const auto message = store::Messages(session_).by_sequence(hit_.message);
      if (message) {
        item_.message = message->id.str();
        add_message(texts_, *message);
      }
    }
    add_case(texts_, row);
  }

  void operator()(const domain::Customer& customer) const {
    item_.type = SearchType::customer;
    item_.number = customer.number();
    item_.title = customer.name();
    item_.customer = customer_of(customer);
    item_.path = "/customers/" + *item_.number;
    texts_.add(MatchedIn::name, customer.name());
    texts_.add(MatchedIn::name, customer.kana());
    texts_.add(MatchedIn::name, customer.company);
    texts_.add(MatchedIn::name, customer.family_name + customer.given_name);
    texts_.add(MatchedIn::name, customer.family_name_kana + customer.given_name_kana);
    for (const domain::CustomerEmail& one : customer.emails) {
      texts_.add_contact(one.address.str());
    }
    for (const domain::CustomerPhone& one : customer.phones) {
      texts_.add_contact(one.number.str());
    }
    for (const domain::ExternalId& one : customer.external_ids) {
      texts_.add(MatchedIn::text, one.id);
      texts_.add(MatchedIn::text, one.number);
    }
    texts_.add(MatchedIn::text, customer.number());
    if (customer.billing_address) add_address(texts_, *customer.billing_address);
    for (const domain::DeliveryAddress& one : store::DeliveryAddresses(session_).of(customer.id)) {
      add_address(texts_, one.address);
    }
  }

  void operator()(const store::OrderRecord& record) const {
    const domain::Order& order = record.value;
    item_.type = SearchType::order;
    item_.id = order.id.str();
    item_.number = order.number;
    item_.title =
        order.shipping_address.name.empty() ? record.customer_name : order.shipping_address.name;
    item_.state = enum_name(order.state);
    item_.customer = SearchCustomerDto{record.customer_number, record.customer_name,
                                       record.customer_blacklisted};
    item_.path = "/orders/" + *item_.id;
    for (const domain::OrderItem& one : order.items) {
      texts_.add(MatchedIn::text, one.name);
      texts_.add(MatchedIn::text, one.sku);
    }
    for (const domain::Shipment& one : order.shipments) {
      texts_.add(MatchedIn::text, one.tracking_number);
    }
    texts_.add(MatchedIn::text, order.remark);
    texts_.add(MatchedIn::text, order.memo);
    texts_.add(MatchedIn::text, order.number);
    add_address(texts_, order.shipping_address);
  }

  void operator()(const FoundMemo& found) const {
    item_.type = SearchType::memo;
    item_.id = found.memo.id.str();
    item_.title = found.customer.name();
    item_.customer = customer_of(found.customer);
    item_.path = "/customers/" + found.customer.number() + "/memos/" + *item_.id;
    texts_.add(MatchedIn::text, found.memo.text);
  }

 private:
  db::Session& session_;
  const Hit& hit_;
  SearchItemDto& item_;
  Texts& texts_;
};

}  // namespace

FoundItem search_item_of(db::Session& session, const Hit& hit,
                         const std::vector<text::Needle>& words, bool contact) {
  FoundItem found;
  found.item.at = hit.at;
  Texts texts(contact);
  std::visit(Shown(session, hit, found.item, texts), hit.what);
  texts.show(found.item, words);
  found.in_view = texts.hold_all(words);
  return found;
}

}  // namespace madoguchi::service
