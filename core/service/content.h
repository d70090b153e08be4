// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/scratch_file.h"
#include "core/store/blobs.h"

namespace madoguchi::service {

/// A content with what a download needs to know about it. A big one lies in a file, so that how
/// many are on their way, and how slowly, is no matter of memory.
struct Content {
  std::string bytes;                        ///< a small one
  std::shared_ptr<const ScratchFile> file;  ///< a big one; else null
  std::string file_name;
  std::string media_type;
};

/// Takes a content piece by piece and makes a Content of it. One thread.
class ContentCollector {
 public:
  explicit ContentCollector(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// False when it cannot be kept; finish() then says why.
  bool take(std::string_view piece);
  [[nodiscard]] store::Blobs::Take taker() {
    return [this](std::string_view piece) { return take(piece); };
  }
  [[nodiscard]] Result<Content> finish(std::string file_name, std::string media_type);

 private:
  [[nodiscard]] Result<void> keep(std::string_view piece);

  const std::filesystem::path folder_;
  std::string bytes_;
  std::optional<ScratchFile> file_;
  std::optional<Error> failed_;
};

}  // namespace madoguchi::service
