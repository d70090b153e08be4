// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/domain/message.h"
#include "core/service/content.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// The bytes of an attachment by its digest; whoever takes them whole has room for them (room.h).
/// Big ones that came in a mail do not wait for the disk at intake (Blobs::Kind::copy): what a
/// failure of the machine took is cut from the mail again, and put back.
[[nodiscard]] Result<std::string> read_attachment(const Environment& env, db::Session& session,
                                                  const std::string& sha256);
/// The same for a download; not inside a unit of work.
[[nodiscard]] Result<Content> attachment_content(const Environment& env,
                                                 const domain::Attachment& attachment);

}  // namespace madoguchi::service
