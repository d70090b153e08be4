// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/connector/call_options.h"
#include "core/net/http.h"

namespace madoguchi::connector {

/// A request of a connector's call: with its deadline, its stop and its cut. Sandboxes and devices
/// of trusted ranges are asked by http where an account's URL says so.
[[nodiscard]] net::HttpRequest http_call(const CallOptions& call, std::string method,
                                         const net::Url& url);

/// What it means for the account that there was no answer (core/connector/failure.h).
[[nodiscard]] Error no_answer(const net::HttpFailure& failure);

/// What a status over 299 means in general; `words` are the other side's, for the log. Where a
/// vendor means something else by one, its connector says so before it comes here.
[[nodiscard]] Error refusal(const net::HttpAnswer& answer, std::string words);

}  // namespace madoguchi::connector
