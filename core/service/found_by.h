// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/domain/message.h"
#include "core/service/environment.h"
#include "core/store/messages.h"

namespace madoguchi::service {

/// What a message is found by; tells the same of the same message. Pure.
[[nodiscard]] store::FoundBy found_by(const domain::Message& message);

/// Makes findable what a crash left out of the index, and what was there before the index was.
/// Called at the start, before anybody searches.
[[nodiscard]] Result<void> index_left_out(db::Database& database);

}  // namespace madoguchi::service
