// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/mail/utf8.h"

/// Each *_fuzz.cpp defines this one (libFuzzer's entry). It is built twice: with libFuzzer by the
/// preset "fuzz", and with corpus_runner.cpp, which feeds it the files of its corpus, always.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace madoguchi::fuzz {

[[nodiscard]] inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Ends the process with `what` when it does not hold: that is how a target reports.
inline void require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

inline void require_utf8(std::string_view text, std::string_view what) {
  require(mail::count_utf8(text).valid(), what);
}

}  // namespace madoguchi::fuzz
