// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/service/sessions.h"
#include "daemon/api/call.h"

/// What the routes share by which people sign in.
namespace madoguchi::api {

[[nodiscard]] service::Visitor visitor_of(const Call& call);
/// Hands the browser its session.
[[nodiscard]] http::Headers with_session(const service::NewSession& made);

}  // namespace madoguchi::api
