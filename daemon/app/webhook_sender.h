// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "core/net/address_guard.h"
#include "core/service/webhook_sending.h"

namespace madoguchi::app {

/// POSTs as net::https_request does.
[[nodiscard]] service::SendWebhook webhook_sender(
    net::AddressGuard guard, const std::optional<std::filesystem::path>& authorities);

}  // namespace madoguchi::app
