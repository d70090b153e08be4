// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sandboxes/relation/api.h"

namespace madoguchi::sandboxes::relation {
namespace {

/// Whether any of `list`'s values at `name` contains one of `parts`: as it is over there, "a@x.jp"
/// finds "aa@x.jp" too.
bool contains_any(const json::Value& list, const char* name,
                  const std::vector<std::string>& parts) {
  if (parts.empty()) return true;
  return std::any_of(list.begin(), list.end(), [&](const json::Value& one) {
    const auto value = one[name].get<std::string>();
    return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
      return value.find(part) != std::string::npos;
    });
  });
}

bool is_one_of(const std::string& value, const std::vector<std::string>& wanted) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

Response search(const Context& context) {
  const Request& request = context.request;
  json::Value found = json::Value::array();
  for (const auto& one : context.data.customers) {
    const json::Value& customer = one.second;
    if (contains_any(customer["emails"], "email", request.parameters("emails")) &&
        contains_any(customer["tels"], "tel", request.parameters("tels")) &&
        is_one_of(std::to_string(one.first), request.parameters("customer_ids")) &&
        is_one_of(json::text_at(customer, "/system_id1").value_or(""),
                  request.parameters("system_id1s"))) {
      found.push_back(customer);
    }
  }
  return page_of(context, found, 10, 50);
}

json::Value* find_customer(Data& data, const std::string& by, const std::string& value) {
  for (auto& one : data.customers) {
    if (by == "system_id1" && json::text_at(one.second, "/system_id1") == value) return &one.second;
    for (const json::Value& address : one.second["emails"]) {
      if (by == "email" && address["email"] == value) return &one.second;
    }
  }
  return nullptr;
}

Response one_customer(Context& context, const std::string& by, const std::string& value) {
  json::Value* customer = find_customer(context.data, by, value);
  if (customer == nullptr) return problem(404, "not found");
  if (context.request.method == "DELETE") {
    context.data.customers.erase((*customer)["customer_id"].get<std::int64_t>());
    return answer(json::Value::object());
  }
  if (context.request.method == "PUT") {
    const json::Value id = (*customer)["customer_id"];
    customer->update(context.body);
    (*customer)["customer_id"] = id;
    (*customer)["last_updated_at"] = stamp(context.now);
  }
  return answer(*customer);
}

Response create(Context& context) {
  if (context.body.empty()) return problem(400, "invalid parameter");
  const std::int64_t id = context.data.next_id();
  json::Value customer = context.body;
  for (const char* list : {"emails", "archived_emails", "tels", "archived_tels", "badge_ids"}) {
    if (!customer.contains(list)) customer[list] = json::Value::array();
  }
  customer["customer_id"] = id;
  customer["last_updated_at"] = stamp(context.now);
  context.data.customers[id] = customer;
  return answer(customer);
}

}  // namespace

Response customers_api(Context& context, const std::vector<std::string>& rest) {
  const std::string& method = context.request.method;
  if (rest.size() == 1) return answer(context.data.customer_groups);
  if (number_of(rest[1]) != 1 || rest.size() < 3) return problem(404, "not found");
  if (rest[2] == "badges") return answer(context.data.badges);
  if (rest[2] != "customers" || rest.size() < 4) return problem(404, "not found");
  if (rest[3] == "search" && method == "GET") return search(context);
  if (rest[3] == "create" && method == "POST") return create(context);
  if (rest.size() == 5) return one_customer(context, rest[3], rest[4]);
  return problem(404, "not found");
}

}  // namespace madoguchi::sandboxes::relation
