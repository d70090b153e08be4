// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "core/base/result.h"
#include "daemon/console/assets.h"
#include "daemon/http/message.h"

namespace madoguchi::console {

/// The answer to a GET or HEAD of /app/`path` (decoded). A path that is no file is one of the
/// console's own addresses and answers its index.html; below assets/ it is a file of another
/// version, and not found. Without any assets nothing is, and the error says why.
[[nodiscard]] Result<http::Response> serve(std::span<const Asset> assets, std::string_view path,
                                           const http::Headers& headers);

}  // namespace madoguchi::console
