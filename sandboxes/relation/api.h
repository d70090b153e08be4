// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandboxes/kit/exchange.h"
#include "sandboxes/relation/data.h"

namespace madoguchi::sandboxes::relation {

/// One request that was let in, and all it works on.
struct Context {
  Data& data;
  const Request& request;
  TimePoint now;
  json::Value body = json::Value::object();  ///< of a writing request
};

[[nodiscard]] Response answer(const json::Value& value);
[[nodiscard]] Response problem(int status, const std::string& message);
/// The page that `page` and `per_page` of the request (query or body) ask for: a bare array, 400
/// when they are out of range.
[[nodiscard]] Response page_of(const Context& context, const json::Value& all, std::int64_t usual,
                               std::int64_t most);

/// "{box}/tickets…"; `rest` is what follows the box.
[[nodiscard]] Response tickets_api(Context& context, std::int64_t box,
                                   const std::vector<std::string>& rest);
/// "{box}/records", "{box}/mails…".
[[nodiscard]] Response writing_api(Context& context, std::int64_t box,
                                   const std::vector<std::string>& rest);
/// "{box}/labels", "/case_categories", "/mail_accounts", "/pending_reasons", "/templates".
[[nodiscard]] Response settings_api(Context& context, std::int64_t box,
                                    const std::vector<std::string>& rest);
/// "customer_groups…".
[[nodiscard]] Response customers_api(Context& context, const std::vector<std::string>& rest);

/// The number that a part of a path writes, or -1.
[[nodiscard]] std::int64_t number_of(const std::string& text);

}  // namespace madoguchi::sandboxes::relation
