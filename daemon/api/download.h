// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/service/content.h"
#include "daemon/api/reply.h"

namespace madoguchi::api {

/// A content that came from outside, such that no browser runs it (S8): a download always, by its
/// own type only where that is harmless.
[[nodiscard]] Bytes download(service::Content content);

}  // namespace madoguchi::api
