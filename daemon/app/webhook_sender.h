// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/net/http.h"
#include "core/service/webhook_sending.h"

namespace madoguchi::app {

/// POSTs by `client`, which must outlive it.
[[nodiscard]] service::SendWebhook webhook_sender(const net::HttpClient& client);

}  // namespace madoguchi::app
