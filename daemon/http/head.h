// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/message.h"

namespace madoguchi::http {

/// Why a message is no request that is served: the status to refuse it with, and a few words for
/// the log and the problem's detail. Never bytes of the peer.
struct Refusal {
  int status = 400;
  std::string reason;
};

struct HeadLimits {
  std::size_t request_line = 8 * 1024;
  std::size_t header_bytes = 32 * 1024;
  std::size_t headers = 100;
};

/// Finds the end of a request head as bytes come in, and refuses at once what can only get worse:
/// lines and floods over the limits, bare LF, folded lines (RFC 9112, 2.2 and 5.2). Looks at each
/// byte once.
class HeadScanner {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}

  struct Outcome {
    std::size_t length = 0;  ///< of the head with its empty line; 0: not complete yet
    std::optional<Refusal> refusal;
  };
  /// `input` starts where the head starts, and grows from call to call.
  Outcome scan(std::string_view input);

 private:
  std::optional<Refusal> check_line(std::string_view line);
  [[nodiscard]] std::optional<Refusal> check_sizes(std::string_view input) const;

  HeadLimits limits_;
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
  std::size_t first_line_end_ = 0;
};

/// What the head says about the message behind it.
struct Framing {
  bool chunked = false;
  std::optional<std::uint64_t> content_length;
  bool keep_alive = false;  ///< the peer's wish; never with HTTP/1.0
  bool expect_continue = false;
  bool http10 = false;

  [[nodiscard]] bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// The rules of RFC 9112 that decide where a message ends and whom it is for (sections 3.2, 6 and
/// 11.2), stricter than the RFC where it lets the server choose. `minor`: of HTTP/1.minor. Brings
/// request.target into origin form.
std::optional<Refusal> check_framing(Request& request, int minor, Framing& framing);

}  // namespace madoguchi::http
