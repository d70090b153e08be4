// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/service/directory.h"
#include "core/service/environment.h"
#include "core/service/operations.h"

namespace madoguchi::service {

/// What is written, and by which mailbox.
struct Notice {
  std::string template_id;
  std::optional<std::string> mailbox;
};

/// `invalid` when there is no such template, or no such mailbox that the caller may send by.
[[nodiscard]] Result<void> check_notice(db::Session& session, const domain::Caller& caller,
                                        const Notice& notice, const DirectoryView& directory);

/// A mail by template to the customer of the order, at the preferred address. It opens a case of
/// its own, resolved until the customer answers, and goes out as every reply does; the order's
/// history names it. Conflict "customer-without-address", "address-suppressed" where mail to it
/// bounces, "template-incomplete" where the order lacks what the template shows.
[[nodiscard]] Result<OperationService::Fields> notify_of_order(const Environment& env,
                                                               db::Session& session,
                                                               const Context& context,
                                                               const std::string& order,
                                                               const Notice& notice);
/// The same of a subscription.
[[nodiscard]] Result<OperationService::Fields> notify_of_subscription(
    const Environment& env, db::Session& session, const Context& context,
    const std::string& subscription, const Notice& notice);

}  // namespace madoguchi::service
