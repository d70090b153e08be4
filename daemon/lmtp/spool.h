// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/scratch_file.h"

namespace madoguchi::lmtp {

/// One message while it comes in: in memory as long as it is small, then in an unlinked temporary
/// file, which is mapped to be read. Not durable: that is the intake's part. One thread.
class Spool {
 public:
  Spool(std::filesystem::path folder, std::size_t memory_limit);
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// After a failure (disk full, no folder) what follows is dropped and view() tells.
  void append(std::string_view bytes);
  /// Bytes appended since clear(), dropped ones too.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Drops what is there and what will come until clear(): the message is refused anyway.
  void discard();

  /// Everything that was appended, valid until the next call. Unavailable, of type "storage-full",
  /// when it could not be kept.
  Result<std::string_view> view();
  /// Ready for the next message.
  void clear();

 private:
  void spill();
  void fail_with(const Error& error);

  const std::filesystem::path folder_;
  const std::size_t memory_limit_;
  std::string memory_;  ///< all of it, or what is not in the file yet
  std::size_t size_ = 0;
  std::optional<ScratchFile> file_;
  std::optional<ScratchFile::Mapping> mapping_;
  bool discarding_ = false;
  std::string failure_;
};

}  // namespace madoguchi::lmtp
