// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "daemon/http/body.h"
#include "daemon/http/head.h"
#include "daemon/http/message.h"

namespace madoguchi::http {

/// Reads one request: its complete head, then its body piece by piece. The grammar is
/// Boost.Beast's, the rules beyond it are those of head.h.
class RequestParser {
 public:
  RequestParser();
  ~RequestParser();

  /// `head` as HeadScanner found it. Fills method, target and headers of `request`, and `framing`.
  std::optional<Refusal> read_head(std::string_view head, Request& request, Framing& framing);

  struct Progress {
    std::size_t used = 0;  ///< bytes of `input` that are done with; give the rest again with more
    bool complete = false;
    std::optional<Refusal> refusal;
  };
  /// After read_head, when framing.has_body(). `max_body` is the limit for a chunked body; trailer
  /// fields are checked and dropped.
  Progress read_body(std::string_view input, std::size_t max_body, BodySink& sink);

 private:
  class Beast;
  std::unique_ptr<Beast> beast_;
};

}  // namespace madoguchi::http
