// SPDX-License-Identifier: Apache-2.0
#include "core/service/template_variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/domain/business_date.h"
#include "core/mail/html.h"
#include "core/service/satisfaction.h"
#include "core/store/customers.h"
#include "core/store/orders.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr int kNewestOrder = 1;

/// "2,710".
std::string grouped(std::int64_t amount) {
  std::string digits = std::to_string(amount);
  const std::size_t first = amount < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

/// "お茶 × 2", a line each.
std::string items_of(const std::vector<domain::OrderItem>& items) {
  std::vector<std::string> lines;
  for (const domain::OrderItem& item : items) {
    lines.push_back((item.name.empty() ? item.sku : item.name) + " × " +
                    std::to_string(item.quantity));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::optional<domain::Order> order_of(db::Session& session, const store::CaseRecord& record) {
  const auto customer = record.row.customer_number();
  if (!customer) return std::nullopt;
  store::OrderQuery query;
  query.numbers = record.value.order_numbers;
  query.cases = {record.value.sequence};
  query.customer_numbers = {std::string(*customer)};
  query.limit = kNewestOrder;
  store::OrderPage page = store::Orders(session).list(query, std::nullopt);
  if (page.items.empty()) return std::nullopt;
  return std::move(page.items.front().value);
}

}  // namespace

domain::Variables no_variables() {
  domain::Variables variables;
  for (const char* name : {"agent.name",
                           "case.category",
                           "case.number",
                           "case.satisfaction_url",
                           "case.subject",
                           "customer.name",
                           "customer.number",
                           "mailbox.address",
                           "mailbox.name",
                           "order.date",
                           "order.desired_date",
                           "order.items",
                           "order.number",
                           "order.numbers",
                           "order.shipping_address",
                           "order.shipping_name",
                           "order.total",
                           "order.tracking_number",
                           "order.tracking_url",
                           "requester.address",
                           "requester.kana",
                           "requester.name",
                           "requester.phone",
                           "subscription.change_deadline",
                           "subscription.items",
                           "subscription.next_date",
                           "subscription.number",
                           "subscription.shipping_address",
                           "subscription.shipping_name",
                           "subscription.total"}) {
    variables[name];
  }
  return variables;
}

void put_order(domain::Variables& variables, const domain::Order& order,
               const domain::Caller& agent) {
  variables["order.number"] = order.number;
  variables["order.date"] = domain::BusinessDate::of(order.ordered_at).str();
  variables["order.items"] = items_of(order.items);
  if (agent.may(domain::Permission::orders_amount_read)) {
    variables["order.total"] = grouped(order.amounts.total);
  }
  variables["order.shipping_name"] = order.shipping_address.name;
  if (agent.may(domain::Permission::customers_contact_read)) {
    variables["order.shipping_address"] = order.shipping_address.line();
  }
  if (order.desired_delivery.date) {
    variables["order.desired_date"] = order.desired_delivery.date->str();
  }
  std::vector<std::string> numbers;
  std::vector<std::string> urls;
  for (const domain::Shipment& shipment : order.shipments) {
    if (!shipment.tracking_number.empty()) numbers.push_back(shipment.tracking_number);
    if (!shipment.tracking_url.empty()) urls.push_back(shipment.tracking_url);
  }
  variables["order.tracking_number"] = fmt::format("{}", fmt::join(numbers, ", "));
  variables["order.tracking_url"] = fmt::format("{}", fmt::join(urls, "\n"));
}

void put_subscription(domain::Variables& variables, const domain::Subscription& subscription,
                      const domain::Caller& agent) {
  variables["subscription.number"] = subscription.number;
  variables["subscription.items"] = items_of(subscription.items);
  if (agent.may(domain::Permission::orders_amount_read)) {
    variables["subscription.total"] = grouped(subscription.total);
  }
  variables["subscription.next_date"] = subscription.next_date.str();
  variables["subscription.change_deadline"] = subscription.change_deadline().str();
  variables["subscription.shipping_name"] = subscription.shipping_address.name;
  if (agent.may(domain::Permission::customers_contact_read)) {
    variables["subscription.shipping_address"] = subscription.shipping_address.line();
  }
}

domain::Variables variables_of(const Environment& env, db::Session& session,
                               const store::CaseRecord& record, const DirectoryView& directory,
                               const domain::Caller& agent) {
  const domain::Case& value = record.value;
  domain::Variables variables = no_variables();
  const domain::Agent* writer = directory.agent(agent.agent);
  variables["agent.name"] = writer != nullptr ? writer->display_name : agent.name;
  if (value.category) {
    const domain::Category* category = directory.category(*value.category);
    if (category != nullptr) variables["case.category"] = category->name;
  }
  variables["case.number"] = value.number();
  variables["case.satisfaction_url"] = satisfaction_url(env, value.sequence);
  variables["case.subject"] = value.subject;
  variables["customer.name"] = value.requester.name;
  if (value.customer) {
    const std::string name = store::Customers(session).name_of(*value.customer);
    if (!name.empty()) variables["customer.name"] = name;
    variables["customer.number"] = record.row.customer_number().value_or("");
  }
  if (value.mailbox) {
    if (const domain::Mailbox* mailbox = directory.mailbox(*value.mailbox)) {
      variables["mailbox.address"] = mailbox->address.str();
      variables["mailbox.name"] = mailbox->name;
    }
  }
  if (!value.order_numbers.empty()) variables["order.number"] = value.order_numbers.front();
  variables["order.numbers"] = fmt::format("{}", fmt::join(value.order_numbers, ", "));
  if (const auto order = order_of(session, record)) put_order(variables, *order, agent);
  variables["requester.kana"] = value.requester.kana;
  variables["requester.name"] = value.requester.name;
  if (agent.may(domain::Permission::customers_contact_read)) {
    variables["requester.address"] = value.requester.address;
    variables["requester.phone"] = value.requester.phone;
  }
  return variables;
}

Result<RenderedDto> rendered(const domain::Template& value, const domain::Variables& variables) {
  RenderedDto dto;
  const auto one = [&](const std::string& source, domain::Escaping escaping,
                       const char* pointer) -> Result<std::string> {
    Result<domain::Rendered> part = domain::render(source, variables, escaping, pointer);
    if (!part) return fail(std::move(part.error()));
    for (std::string& name : part->missing) {
      if (std::find(dto.missing.begin(), dto.missing.end(), name) == dto.missing.end())
        dto.missing.push_back(std::move(name));
    }
    return std::move(part->text);
  };
  Result<std::string> subject = one(value.subject, domain::Escaping::none, "/subject");
  if (!subject) return fail(std::move(subject.error()));
  Result<std::string> text = one(value.text, domain::Escaping::none, "/text");
  if (!text) return fail(std::move(text.error()));
  Result<std::string> html = one(value.html, domain::Escaping::html, "/html");
  if (!html) return fail(std::move(html.error()));
  dto.subject = text::one_line(*subject);
  dto.text = std::move(*text);
  dto.html = html->empty() ? "" : mail::sanitize_html(*html);
  return dto;
}

}  // namespace madoguchi::service
