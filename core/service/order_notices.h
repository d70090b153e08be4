// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/service/directory.h"
#include "core/service/dto/order_bulk_dto.h"
#include "core/service/environment.h"
#include "core/service/operations.h"

namespace madoguchi::service {

/// `invalid` when there is no such template, or no such mailbox that the caller may send by.
[[nodiscard]] Result<void> check_notice(db::Session& session, const domain::Caller& caller,
                                        const OrderNoticeDto& wish, const DirectoryView& directory);

/// A mail by template to the customer of the order, at the preferred address. It opens a case of
/// its own, resolved until the customer answers, and goes out as every reply does; the order's
/// history names it. Conflict "customer-without-address", "address-suppressed" where mail to it
/// bounces, "template-incomplete" where the order lacks what the template shows.
[[nodiscard]] Result<OperationService::Fields> notify_customer(const Environment& env,
                                                               db::Session& session,
                                                               const Context& context,
                                                               const std::string& order,
                                                               const OrderNoticeDto& wish);

}  // namespace madoguchi::service
