// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/mail/message.h"

namespace madoguchi::mail {

/// The identity of a mail however often and by whatever way it arrives: its date in ten hex digits
/// (seconds; it keeps an index over keys in order), then hex SHA-256 over its
/// Message-ID, Date as written, From addresses and the digest of its decoded bodies. A mail of
/// which no header could be read is the SHA-256 of its raw bytes, line ends normalised.
[[nodiscard]] std::string content_key(const Message& message, std::string_view raw);

}  // namespace madoguchi::mail
