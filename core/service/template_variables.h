// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/domain/order.h"
#include "core/domain/subscription.h"
#include "core/domain/template.h"
#include "core/service/directory.h"
#include "core/service/dto/outgoing_dto.h"
#include "core/service/environment.h"
#include "core/store/cases.h"

namespace madoguchi::service {

/// Every variable there is for templates, with its value in a case; `agent` writes.
///
/// "order." is the newest order that the case names, or that was taken in it. Only of the case's
/// own customer: a number that a stranger wrote shows him nobody's order.
/// "case.satisfaction_url" is a link of its own each time (satisfaction.h).
[[nodiscard]] domain::Variables variables_of(const Environment& env, db::Session& session,
                                             const store::CaseRecord& record,
                                             const DirectoryView& directory,
                                             const domain::Caller& agent);
/// Makes "order." that order.
/// Without what the agent may not see, as below.
void put_order(domain::Variables& variables, const domain::Order& order,
               const domain::Caller& agent);
/// Makes "subscription." that subscription; it is empty everywhere else.
void put_subscription(domain::Variables& variables, const domain::Subscription& subscription,
                      const domain::Caller& agent);
/// The same without a case: every name, and no value.
[[nodiscard]] domain::Variables no_variables();

/// The template with its values; `missing` names those that it shows and that are empty.
[[nodiscard]] Result<RenderedDto> rendered(const domain::Template& value,
                                           const domain::Variables& variables);

}  // namespace madoguchi::service
