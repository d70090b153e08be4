// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/service/environment.h"

namespace madoguchi::service {

/// The bytes of an attachment by its digest. Big ones that came in a mail do not wait for the disk
/// at intake (Blobs::Kind::copy): what a failure of the machine took is cut from the mail again,
/// and put back.
[[nodiscard]] Result<std::string> read_attachment(const Environment& env, db::Session& session,
                                                  const std::string& sha256);

}  // namespace madoguchi::service
