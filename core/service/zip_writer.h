// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace madoguchi::service {

/// A ZIP archive (APPNOTE 6.3) as it grows: nothing of it lies in memory. One thread.
class ZipWriter {
 public:
  /// Takes the archive's next octets; false when it cannot.
  using Sink = std::function<bool(std::string_view)>;
  explicit ZipWriter(Sink sink);
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  /// Begins a file; `name` is ASCII, "/" between folders. Ends the one before.
  [[nodiscard]] Result<void> begin(const std::string& name, TimePoint at);
  [[nodiscard]] Result<void> write(std::string_view octets);
  [[nodiscard]] Result<void> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi::service
