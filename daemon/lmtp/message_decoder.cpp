// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/message_decoder.h"

namespace madoguchi::lmtp {

std::size_t MessageDecoder::feed(std::string_view chunk, const Sink& sink) {
  std::size_t run = 0;  // start of what was decoded and not passed on
  std::size_t at = 0;
  while (at < chunk.size() && state_ != State::ended) {
    switch (state_) {
      case State::line_start:
        if (chunk[at] != '.') {
          state_ = State::text;
          previous_was_cr_ = false;
          break;
        }
        if (at > run) sink(chunk.substr(run, at - run));
        run = ++at;
        state_ = State::dot;
        break;
      case State::text: {
        const std::size_t lf = chunk.find('\n', at);
        if (lf == std::string_view::npos) {
          previous_was_cr_ = chunk.back() == '\r';
          at = chunk.size();
          break;
        }
        const bool is_line_end = lf > at ? chunk[lf - 1] == '\r' : previous_was_cr_;
        if (is_line_end) state_ = State::line_start;
        has_bare_lf_ = has_bare_lf_ || !is_line_end;
        previous_was_cr_ = false;
        at = lf + 1;
        break;
      }
      case State::dot:
        if (chunk[at] != '\r') {
          state_ = State::text;
          previous_was_cr_ = false;
          break;
        }
        run = ++at;
        state_ = State::dot_cr;
        break;
      case State::dot_cr:
        if (chunk[at] == '\n') {
          run = ++at;
          state_ = State::ended;
          break;
        }
        sink("\r");
        state_ = State::text;
        previous_was_cr_ = true;
        break;
      case State::ended:
        break;
    }
  }
  if (at > run) sink(chunk.substr(run, at - run));
  return at;
}

}  // namespace madoguchi::lmtp
