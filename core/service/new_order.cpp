// SPDX-License-Identifier: Apache-2.0
#include "core/service/new_order.h"

#include "core/service/case_access.h"
#include "core/service/customer_access.h"
#include "core/service/message_access.h"
#include "core/service/order_access.h"
#include "core/service/order_wishes.h"
#include "core/store/products.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using domain::OrderSource;

OrderSource source_of(domain::Channel channel) {
  switch (channel) {
    case domain::Channel::email:
      return OrderSource::mail;
    case domain::Channel::phone:
      return OrderSource::phone;
    case domain::Channel::fax:
      return OrderSource::fax;
    case domain::Channel::letter:
      return OrderSource::letter;
    case domain::Channel::chat:
    case domain::Channel::line:
    case domain::Channel::sms:
    case domain::Channel::social:
      return OrderSource::chat;
    case domain::Channel::marketplace:
      return OrderSource::marketplace;
    case domain::Channel::web:
    case domain::Channel::internal:
    case domain::Channel::api:
      break;
  }
  return OrderSource::desk;
}

class Taking {
 public:
  Taking(const Environment& env, db::Session& session, const Context& context,
         const OrderCreateDto& wish, const DirectoryView& directory)
      : env_(env), session_(session), context_(context), wish_(wish), directory_(directory) {}

  Result<NewOrder> take() {
    origin();
    shop();
    times_and_states();
    Result<domain::Customer> customer = whose();
    if (!customer && customer.error().code == ErrorCode::conflict) {
      return fail(std::move(customer.error()));
    }
    if (customer) {
      made_.record.value.customer = customer->id;
      made_.record.customer_number = customer->number();
      made_.record.customer_name = customer->name();
      made_.record.customer_blacklisted = customer->blacklisted;
      if (!wish_.shipping_address && customer->billing_address) {
        made_.record.value.shipping_address = *customer->billing_address;
      }
    }
    Result<domain::Order> order =
        with_wishes(session_, made_.record.value, wish_, directory_,
                    domain::BusinessDate::of(env_.clock.now()), std::move(wrong_));
    if (!order) return fail(std::move(order.error()));
    made_.record.value = std::move(*order);
    warn();
    return std::move(made_);
  }

 private:
  void refuse(std::string pointer, Text message) {
    wrong_.push_back({std::move(pointer), std::move(message)});
  }

  /// The message and the case it is taken from.
  void origin() {
    domain::Order& order = made_.record.value;
    if (wish_.case_number) {
      Result<store::CaseRecord> found = find_case(session_, context_.caller, *wish_.case_number);
      if (!found) return refuse("/case", found.error().message);
      made_.taken_in = std::move(*found);
    }
    if (wish_.message) {
      Result<MessageRecord> found = find_message(session_, context_.caller, *wish_.message);
      if (!found) return refuse("/message", found.error().message);
      if (made_.taken_in && made_.taken_in->value.id != found->record.value.id) {
        return refuse("/message", {"Belongs to another case.", "別のケースのメッセージです。"});
      }
      made_.taken_in = std::move(found->record);
      order.source_message = found->message.id;
      if (found->message.kind == domain::MessageKind::call) order.source = OrderSource::phone;
    }
    if (!made_.taken_in) {
      order.source = wish_.source.value_or(OrderSource::desk);
      return;
    }
    order.case_sequence = made_.taken_in->value.sequence;
    if (order.source == OrderSource::desk) {
      order.source = source_of(made_.taken_in->value.channel);
    }
    order.source = wish_.source.value_or(order.source);
  }

  void shop() {
    domain::Order& order = made_.record.value;
    order.account = text::one_line(wish_.account.value_or(""));
    order.number = text::one_line(wish_.number.value_or(""));
    if (order.account.empty() != order.number.empty()) {
      refuse(
          order.number.empty() ? "/number" : "/account",
          {"account and number stand together.", "アカウントと受注番号は両方指定してください。"});
    } else if (!order.number.empty() &&
               store::Orders(session_).is_taken(order.account, order.number)) {
      refuse("/number", {"Is here already.", "すでに登録されています。"});
    }
    if (order.account.empty()) return;
    order.sync = {domain::SyncState::in_step, order.account, env_.clock.now(), std::nullopt};
  }

  void times_and_states() {
    domain::Order& order = made_.record.value;
    order.ordered_at = wish_.ordered_at.value_or(env_.clock.now());
    if (order.ordered_at > env_.clock.now()) {
      refuse("/ordered_at", {"Is in the future.", "未来の日時は指定できません。"});
    }
    using State = domain::OrderState;
    const State state = wish_.state.value_or(State::received);
    if (state != State::received &&
        (!domain::next_states(State::received).has(state) || state == State::canceled)) {
      refuse("/state", {"No order begins so.", "この状態では登録できません。"});
    }
    using Payment = domain::PaymentState;
    const Payment payment = wish_.payment_state.value_or(Payment::pending);
    if (payment != Payment::pending && !domain::next_states(Payment::pending).has(payment)) {
      refuse("/payment_state", {"No payment begins so.", "この決済状態では登録できません。"});
    }
  }

  Result<domain::Customer> whose() {
    std::optional<std::string> number = wish_.customer;
    if (!number && made_.taken_in) {
      const auto of_case = made_.taken_in->row.customer_number();
      if (of_case) number = std::string(*of_case);
    }
    if (!number) {
      const Text message{"Give a customer, or a case that has one.",
                         "顧客、または顧客の登録されたケースを指定してください。"};
      refuse("/customer", message);
      return fail(Error::invalid("/customer", message));
    }
    Result<domain::Customer> customer = find_living_customer(session_, *number);
    if (!customer && customer.error().code == ErrorCode::not_found) {
      refuse("/customer", customer.error().message);
    }
    return customer;
  }

  void warn() {
    if (made_.record.customer_blacklisted) {
      made_.warnings.push_back({"customer_blacklisted", "/customer", "The customer is blacklisted.",
                                "この顧客はブラックリストに登録されています。"});
    }
    const domain::Order& order = made_.record.value;
    store::Products products(session_);
    for (std::size_t i = 0; i < order.items.size(); ++i) {
      const domain::OrderItem& item = order.items[i];
      const auto product = products.by_code(order.account, item.sku);
      const auto offer = product ? domain::offer_of(*product, item.sku) : std::nullopt;
      if (!offer || !offer->stock || *offer->stock >= item.quantity) continue;
      made_.warnings.push_back({"out_of_stock", "/items/" + std::to_string(i),
                                "The shop has " + std::to_string(*offer->stock) + " of it.",
                                "在庫は" + std::to_string(*offer->stock) + "個です。"});
    }
  }

  const Environment& env_;
  db::Session& session_;
  const Context& context_;
  const OrderCreateDto& wish_;
  const DirectoryView& directory_;
  NewOrder made_;
  std::vector<FieldError> wrong_;
};

}  // namespace

Result<NewOrder> new_order(const Environment& env, db::Session& session, const Context& context,
                           const OrderCreateDto& wish, const DirectoryView& directory) {
  return Taking(env, session, context, wish, directory).take();
}

}  // namespace madoguchi::service
