// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace madoguchi::lmtp {

/// Takes the dots out of a message after DATA and finds its end (RFC 5321, section 4.5.2), fed in
/// chunks of any size. Only CRLF ends a line, so only CRLF.CRLF ends the message; a bare LF is seen
/// and remembered, a bare CR is an ordinary byte.
class MessageDecoder {
 public:
  /// Gets the decoded bytes in runs as long as the chunk allows.
  using Sink = std::function<void(std::string_view)>;

  /// Returns how much of `chunk` belongs to the message; less than all of it only at the end.
  std::size_t feed(std::string_view chunk, const Sink& sink);

  [[nodiscard]] bool ended() const noexcept { return state_ == State::ended; }
  [[nodiscard]] bool has_bare_lf() const noexcept { return has_bare_lf_; }

 private:
  enum class State {
    line_start,
    text,
    dot,     ///< a dot at the start of a line, not passed on
    dot_cr,  ///< that dot and a CR, not passed on yet
    ended,
  };

  State state_ = State::line_start;
  bool previous_was_cr_ = false;  ///< in `text`: the byte before the next one
  bool has_bare_lf_ = false;
};

}  // namespace madoguchi::lmtp
