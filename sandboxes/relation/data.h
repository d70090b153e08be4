// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/json/value.h"

namespace madoguchi::sandboxes::relation {

/// A ticket as the API tells it, with its `messages`.
struct Ticket {
  std::int64_t box = 0;
  TimePoint changed_at = {};
  json::Value fields = {};
};

/// What a desk in Re:lation has. Ids are given from one counter, so that they tell nothing.
struct Data {
  json::Value message_boxes = json::Value::array();
  json::Value customer_groups = json::Value::array();
  json::Value users = json::Value::array();
  json::Value badges = json::Value::array();
  json::Value mail_accounts = json::Value::array();
  json::Value pending_reasons = json::Value::array();
  json::Value templates = json::Value::array();
  std::map<std::int64_t, json::Value> labels;
  std::map<std::int64_t, json::Value> case_categories;
  std::map<std::int64_t, json::Value> customers;
  std::map<std::int64_t, Ticket> tickets;
  std::int64_t last_id = 1000;

  std::int64_t next_id() { return ++last_id; }
  [[nodiscard]] bool has_box(std::int64_t box) const;
  Ticket* ticket_of_message(std::int64_t message_id);
};

/// "2026-11-23T01:02:03Z": without fractions.
[[nodiscard]] std::string stamp(TimePoint time);

/// A mail or another message in a ticket, as it would come by the API.
struct NewMessage {
  std::string from;
  std::string to;
  std::string title;
  std::string body;
  std::string method = "mail";
  std::string action = "received";
  TimePoint at = {};
};
/// Returns the message's id; the ticket has changed at that time.
std::int64_t add_message(Data& data, Ticket& ticket, const NewMessage& message);
Ticket& add_ticket(Data& data, std::int64_t box, const std::string& title, TimePoint at);

/// A small shop's desk: two boxes and some months of mails that end at `now`. The same each time.
[[nodiscard]] Data seed(TimePoint now);
/// So many more tickets with two mails each, spread over the `days` before `now`.
void grow(Data& data, int tickets, int days, TimePoint now);

}  // namespace madoguchi::sandboxes::relation
