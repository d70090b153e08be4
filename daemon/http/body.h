// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/scratch_file.h"
#include "daemon/http/message.h"

namespace madoguchi::http {

/// How many bytes of bodies all connections hold in memory. Shared, because a body may outlive the
/// server that read it.
using BodyBudget = std::shared_ptr<std::atomic<std::size_t>>;

/// Where bodies go that are too large for memory, or come when others have filled it.
struct SpillRules {
  std::filesystem::path dir;             ///< empty: the system's directory for temporary files
  std::size_t above = 0;                 ///< bytes of one body
  std::size_t total = 64 * 1024 * 1024;  ///< bytes of all bodies in memory
};

/// Takes a request body piece by piece. Used by one thread.
class BodySink {
 public:
  BodySink(const SpillRules& rules, BodyBudget budget)
      : rules_(rules), budget_(std::move(budget)) {}
  BodySink(const BodySink&) = delete;
  BodySink& operator=(const BodySink&) = delete;
  ~BodySink();

  /// Fails when the temporary file cannot be written.
  Result<void> append(std::string_view piece);
  [[nodiscard]] std::size_t size() const { return size_; }
  /// The body; the sink is empty afterwards.
  Result<std::unique_ptr<Body>> finish();

 private:
  Result<void> spill();

  const SpillRules& rules_;
  BodyBudget budget_;
  std::string memory_;
  std::optional<ScratchFile> file_;
  std::size_t size_ = 0;
};

}  // namespace madoguchi::http
