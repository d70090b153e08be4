// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/text/utf8.h"
#include "sandboxes/relation/api.h"

namespace madoguchi::sandboxes::relation {
namespace {

constexpr std::size_t kLongestSubject = 200;

std::size_t characters_of(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); i += text::decode_utf8(text, i).size) ++count;
  return count;
}

std::string text_of(const Context& context, const char* pointer) {
  return json::text_at(context.body, pointer).value_or("");
}

Response written(std::int64_t message, const Ticket& ticket) {
  return answer({{"message_id", message}, {"ticket_id", ticket.fields["ticket_id"]}});
}

/// The members a mail has to have; empty: they are there.
std::string missing_of(const Context& context, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (!context.body.contains(name) || context.body[name].is_null()) return name;
  }
  return {};
}

std::string account_address(const Context& context, std::int64_t box) {
  const auto id = json::integer_at(context.body, "/mail_account_id");
  for (const json::Value& account : context.data.mail_accounts) {
    if (account["message_box_id"] == box && id && account["mail_account_id"] == *id) {
      return account["email"].get<std::string>();
    }
  }
  return {};
}

Response record(Context& context, std::int64_t box) {
  const std::string missing = missing_of(context, {"subject", "operated_at"});
  const Result<TimePoint> at = parse_rfc3339(text_of(context, "/operated_at"));
  if (!missing.empty() || !at || *at > context.now) return problem(400, "invalid parameter");
  Data& data = context.data;
  Ticket* ticket = nullptr;
  if (const auto id = json::integer_at(context.body, "/ticket_id")) {
    const auto found = data.tickets.find(*id);
    if (found == data.tickets.end() || found->second.box != box) return problem(404, "not found");
    ticket = &found->second;
  } else {
    ticket = &add_ticket(data, box, text_of(context, "/subject"), context.now);
  }
  const std::int64_t id =
      add_message(data, *ticket,
                  {text_of(context, "/customer_email"), "", text_of(context, "/subject"),
                   text_of(context, "/body"), "record", "conversation", context.now});
  ticket->fields["status_cd"] = json::text_at(context.body, "/status_cd").value_or("closed");
  return written(id, *ticket);
}

enum class Kind { mail, reply, draft };

Response mail(Context& context, std::int64_t box, Kind kind) {
  const std::string missing =
      missing_of(context, {"status_cd", "mail_account_id", "to", "subject", "body", "is_html"});
  const std::string from = account_address(context, box);
  if (!missing.empty()) return problem(400, missing + " is missing");
  if (from.empty() || characters_of(text_of(context, "/subject")) > kLongestSubject) {
    return problem(400, "invalid parameter");
  }
  Data& data = context.data;
  Ticket* ticket = nullptr;
  const auto answered = json::integer_at(context.body, "/message_id");
  if (answered) ticket = data.ticket_of_message(*answered);
  if (kind == Kind::reply && !answered) return problem(400, "message_id is missing");
  if (answered && (ticket == nullptr || ticket->box != box)) return problem(404, "not found");
  if (ticket == nullptr) {
    ticket = &add_ticket(data, box, text_of(context, "/subject"), context.now);
  }
  const std::int64_t id = add_message(
      data, *ticket,
      {from, text_of(context, "/to"), text_of(context, "/subject"), text_of(context, "/body"),
       "mail", kind == Kind::draft ? "draft" : "sent", context.now});
  json::Value& message = ticket->fields["messages"].back();
  message["cc"] = text_of(context, "/cc");
  message["is_html"] = json::boolean_at(context.body, "/is_html").value_or(false);
  ticket->fields["status_cd"] = text_of(context, "/status_cd");
  return written(id, *ticket);
}

json::Value list_of(const std::map<std::int64_t, json::Value>& values) {
  json::Value all = json::Value::array();
  for (const auto& one : values) all.push_back(one.second);
  return all;
}

/// Of labels and case categories: list, create, change.
Response named(Context& context, std::map<std::int64_t, json::Value>& values, const char* id_name,
               const std::vector<std::string>& rest) {
  const std::string& method = context.request.method;
  if (method == "GET") return page_of(context, list_of(values), 50, 100);
  if (method == "POST" && rest.size() == 1) {
    if (text_of(context, "/name").empty()) return problem(400, "name is missing");
    const std::int64_t id = context.data.next_id();
    values[id] = context.body;
    values[id][id_name] = id;
    return answer(values[id]);
  }
  const auto found = values.find(rest.size() == 2 ? number_of(rest[1]) : -1);
  if (method != "PUT" || found == values.end()) return problem(404, "not found");
  found->second.update(context.body);
  return answer(found->second);
}

json::Value of_box(const json::Value& all, std::int64_t box) {
  json::Value part = json::Value::array();
  for (const json::Value& one : all) {
    if (one["message_box_id"] == box) part.push_back(one);
  }
  return part;
}

}  // namespace

Response writing_api(Context& context, std::int64_t box, const std::vector<std::string>& rest) {
  if (context.request.method != "POST") return problem(404, "not found");
  if (rest.size() == 1) {
    return rest[0] == "records" ? record(context, box) : mail(context, box, Kind::mail);
  }
  if (rest[0] == "mails" && rest[1] == "reply") return mail(context, box, Kind::reply);
  if (rest[0] == "mails" && rest[1] == "draft") return mail(context, box, Kind::draft);
  return problem(404, "not found");
}

Response settings_api(Context& context, std::int64_t box, const std::vector<std::string>& rest) {
  Data& data = context.data;
  if (rest[0] == "labels") return named(context, data.labels, "label_id", rest);
  if (rest[0] == "case_categories") {
    return named(context, data.case_categories, "case_category_id", rest);
  }
  if (rest[0] == "mail_accounts") {
    return page_of(context, of_box(data.mail_accounts, box), 30, 100);
  }
  if (rest[0] == "pending_reasons") return answer(data.pending_reasons);
  if (rest[0] == "templates") return page_of(context, data.templates, 10, 30);
  return problem(404, "not found");
}

}  // namespace madoguchi::sandboxes::relation
