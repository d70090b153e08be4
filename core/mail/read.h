// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "core/mail/message.h"
#include "core/mail/work_clock.h"

namespace madoguchi::mail {

/// How much of a mail is read at most; past any of these the message says Notice::partly_read and
/// the raw mail keeps the rest. Sizes are octets. All but `time` cut the same mail at the same
/// place each time, and they alone keep what a content key is made of within bounds.
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
  std::size_t searched = 256 * 1024 * 1024;  ///< for boundaries, each level of a mail anew
  std::size_t text = 4 * 1024 * 1024;        ///< of plain texts together, and of html
  std::size_t forwarded = 3;                 ///< mails within mails whose text is read
  std::chrono::milliseconds time{2'000};     ///< of the thread's own work; then no text is begun
};

/// Makes a message of any bytes (RFC 5322, RFC 2045 to 2049, RFC 2231, RFC 3676 and what people
/// really send). Never throws, never fails, safe for any number of threads. Without a `deadline` it
/// is `limits.time` from now.
[[nodiscard]] Message read(std::string_view raw, const ReadLimits& limits = {},
                           std::optional<WorkPoint> deadline = std::nullopt) noexcept;

/// The same with the charset of the text and of raw headers chosen by a person, whatever the labels
/// say ("redecode"). An unknown charset changes nothing.
[[nodiscard]] Message read_as(std::string_view raw, std::string_view charset,
                              const ReadLimits& limits = {},
                              std::optional<WorkPoint> deadline = std::nullopt) noexcept;

}  // namespace madoguchi::mail
