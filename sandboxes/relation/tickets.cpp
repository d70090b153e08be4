// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <set>

#include "sandboxes/relation/api.h"

namespace madoguchi::sandboxes::relation {
namespace {

const std::set<std::string> kStatusCodes{"open", "ongoing", "closed", "unwanted", "trash", "spam"};
const std::set<std::string> kColors{"red", "orange", "yellow", "blue", "pink"};

template <class T>
std::set<T> set_of(const json::Value& body, const char* name) {
  std::set<T> values;
  if (!body.contains(name) || !body[name].is_array()) return values;
  for (const json::Value& one : body[name]) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (one.is_string()) values.insert(one.get<std::string>());
    } else if (one.is_number_integer()) {
      values.insert(one.get<T>());
    }
  }
  return values;
}

bool has_any(const json::Value& list, const std::set<std::int64_t>& wanted) {
  return wanted.empty() || std::any_of(list.begin(), list.end(), [&](const json::Value& one) {
           return wanted.count(one.get<std::int64_t>()) > 0;
         });
}

/// Whether any message has that value there.
bool any_message(const Ticket& ticket, const char* field, const std::set<std::string>& wanted) {
  if (wanted.empty()) return true;
  const json::Value& messages = ticket.fields["messages"];
  return std::any_of(messages.begin(), messages.end(), [&](const json::Value& one) {
    return wanted.count(one[field].get<std::string>()) > 0;
  });
}

struct Window {
  std::optional<TimePoint> since;
  std::optional<TimePoint> until;
};

/// `since`, `until`, `within`; nothing when one is none of what it can be.
std::optional<Window> window_of(const Context& context) {
  Window window;
  for (const auto& [name, to] : {std::pair{"/since", &window.since}, {"/until", &window.until}}) {
    if (const auto text = json::text_at(context.body, name)) {
      const Result<TimePoint> time = parse_rfc3339(*text);
      if (!time) return std::nullopt;
      *to = *time;
    }
  }
  if (const auto within = json::text_at(context.body, "/within")) {
    int count = 0;
    const auto read = std::from_chars(within->data(), within->data() + within->size(), count);
    const std::string unit(read.ptr, within->data() + within->size());
    if (count < 1 || count > 99 || (unit != "days" && unit != "months")) return std::nullopt;
    window.since = context.now - std::chrono::hours(24) * count * (unit == "days" ? 1 : 30);
  }
  return window;
}

json::Value without_messages(json::Value fields) {
  fields.erase("messages");
  return fields;
}

/// What a list may do while somebody pages through it, on request.
void shuffle(const Request& request, std::vector<const Ticket*>& found) {
  if (request.quirks.count("reordered_page") > 0) std::reverse(found.begin(), found.end());
  if (request.quirks.count("duplicate_page") > 0 && !found.empty()) {
    found.insert(found.begin(), found.front());
  }
}

void touch(Context& context, Ticket& ticket) {
  ticket.changed_at = context.now;
  ticket.fields["last_updated_at"] = stamp(context.now);
}

/// Somebody works on a ticket as soon as it was listed: all behind it move up by one.
void touch_first(Context& context, const Response& response) {
  const Result<json::Value> page = json::parse(response.body);
  const auto id = page ? json::integer_at(*page, "/0/ticket_id") : std::nullopt;
  if (id) touch(context, context.data.tickets.at(*id));
}

Response search(Context& context, std::int64_t box) {
  const json::Value& body = context.body;
  const std::optional<Window> window = window_of(context);
  std::set<std::string> statuses = set_of<std::string>(body, "status_cds");
  const bool known = std::all_of(statuses.begin(), statuses.end(), [](const std::string& one) {
    return kStatusCodes.count(one) > 0;
  });
  if (!window || !known) return problem(400, "invalid parameter");
  if (statuses.empty()) statuses = {"open", "ongoing"};
  const auto ids = set_of<std::int64_t>(body, "ticket_ids");
  const auto labels = set_of<std::int64_t>(body, "label_ids");
  const auto methods = set_of<std::string>(body, "method_cds");
  const auto actions = set_of<std::string>(body, "action_cds");
  const auto assignee = json::text_at(body, "/assignee");
  std::vector<const Ticket*> found;
  for (const auto& one : context.data.tickets) {
    const Ticket& ticket = one.second;
    const TimePoint at = std::chrono::floor<std::chrono::seconds>(ticket.changed_at);
    if (ticket.box != box || (!ids.empty() && ids.count(one.first) == 0)) continue;
    if ((window->since && at < *window->since) || (window->until && at > *window->until)) continue;
    if (statuses.count(ticket.fields["status_cd"].get<std::string>()) == 0) continue;
    if (!has_any(ticket.fields["label_ids"], labels)) continue;
    if (assignee && json::text_at(ticket.fields, "/assignee") != assignee) continue;
    if (any_message(ticket, "method_cd", methods) && any_message(ticket, "action_cd", actions)) {
      found.push_back(&ticket);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Ticket* a, const Ticket* b) { return a->changed_at > b->changed_at; });
  shuffle(context.request, found);
  json::Value all = json::Value::array();
  for (const Ticket* ticket : found) all.push_back(without_messages(ticket->fields));
  Response response = page_of(context, all, 10, 50);
  if (context.request.quirks.count("moving_list") > 0) touch_first(context, response);
  return response;
}

Response update(Context& context, Ticket& ticket) {
  const json::Value& body = context.body;
  const auto status = json::text_at(body, "/status_cd");
  const auto color = json::text_at(body, "/color_cd");
  if ((status && kStatusCodes.count(*status) == 0) || (color && kColors.count(*color) == 0)) {
    return problem(400, "invalid parameter");
  }
  for (const char* name : {"status_cd", "color_cd", "pending_reason_id", "assignee", "label_ids",
                           "case_category_ids"}) {
    if (body.contains(name)) ticket.fields[name] = body[name];
  }
  touch(context, ticket);
  return answer(json::Value::object());
}

}  // namespace

std::int64_t number_of(const std::string& text) {
  std::int64_t number = -1;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? number : -1;
}

Response page_of(const Context& context, const json::Value& all, std::int64_t usual,
                 std::int64_t most) {
  const auto wish = [&](const char* name, std::int64_t fallback) {
    if (const auto text = context.request.parameter(name)) return number_of(*text);
    return json::integer_at(context.body, std::string("/") + name).value_or(fallback);
  };
  const std::int64_t size = wish("per_page", usual);
  const std::int64_t page = wish("page", 1);
  if (size < 1 || size > most || page < 1) return problem(400, "invalid parameter");
  json::Value part = json::Value::array();
  const auto begin = static_cast<std::size_t>((page - 1) * size);
  for (std::size_t i = begin; i < all.size() && i < begin + static_cast<std::size_t>(size); ++i) {
    part.push_back(all[i]);
  }
  if (context.request.quirks.count("missing_page") > 0) part = json::Value::array();
  return answer(part);
}

Response tickets_api(Context& context, std::int64_t box, const std::vector<std::string>& rest) {
  const std::string& method = context.request.method;
  if (rest.size() == 2 && rest[1] == "search" && method == "POST") return search(context, box);
  if (rest.size() < 2) return problem(404, "not found");
  const auto found = context.data.tickets.find(number_of(rest[1]));
  if (found == context.data.tickets.end() || found->second.box != box) {
    return problem(404, "not found");
  }
  if (rest.size() == 2 && method == "GET") {
    json::Value fields = found->second.fields;
    if (context.request.quirks.count("clock_skew") > 0) {
      fields["last_updated_at"] = stamp(context.now + std::chrono::hours(9));
    }
    return answer(fields);
  }
  if (rest.size() == 2 && method == "PUT") return update(context, found->second);
  return problem(404, "not found");
}

}  // namespace madoguchi::sandboxes::relation
