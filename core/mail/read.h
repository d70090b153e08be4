// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "core/base/clock.h"
#include "core/mail/message.h"

namespace madoguchi::mail {

/// How much of a mail is read at most; past any of these the message says Notice::partly_read and
/// the raw mail keeps the rest. Sizes are octets.
struct ReadLimits {
  std::size_t depth = 50;
  std::size_t parts = 1'000;
  std::size_t fields = 2'000;             ///< headers of one block
  std::size_t field_octets = 256 * 1024;  ///< of one block
  std::size_t field_line = 64 * 1024;     ///< of one header, folded
  std::size_t parameters = 100;
  std::size_t addresses = 5'000;  ///< of one header
  std::size_t references = 200;
  std::size_t decoded = 100 * 1024 * 1024;
  std::size_t html = 4 * 1024 * 1024;
  std::size_t forwarded = 3;  ///< mails within mails whose text is read
  std::chrono::milliseconds time{2'000};
};

/// Makes a message of any bytes (RFC 5322, RFC 2045 to 2049, RFC 2231, RFC 3676 and what people
/// really send). Never throws, never fails, safe for any number of threads. `deadline` is on the
/// steady clock; without one it is `limits.time` from now.
[[nodiscard]] Message read(std::string_view raw, const ReadLimits& limits = {},
                           std::optional<SteadyPoint> deadline = std::nullopt) noexcept;

/// The same with the charset of the text and of raw headers chosen by a person, whatever the labels
/// say ("redecode"). An unknown charset changes nothing.
[[nodiscard]] Message read_as(std::string_view raw, std::string_view charset,
                              const ReadLimits& limits = {},
                              std::optional<SteadyPoint> deadline = std::nullopt) noexcept;

}  // namespace madoguchi::mail
