// SPDX-License-Identifier: Apache-2.0
#include "core/service/content.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kInMemory = std::size_t{1} << 20U;

}  // namespace

bool ContentCollector::take(std::string_view piece) {
  Result<void> kept = keep(piece);
  if (!kept) failed_ = std::move(kept.error());
  return !failed_;
}

Result<void> ContentCollector::keep(std::string_view piece) {
  if (!file_ && bytes_.size() + piece.size() <= kInMemory) {
    bytes_ += piece;
    return {};
  }
  if (!file_) {
    Result<ScratchFile> made = ScratchFile::make(folder_);
    if (!made) return fail(std::move(made.error()));
    file_.emplace(std::move(*made));
    if (Result<void> kept = file_->append(bytes_); !kept) return kept;
    bytes_ = {};
  }
  return file_->append(piece);
}

Result<Content> ContentCollector::finish(std::string file_name, std::string media_type) {
  if (failed_) return fail(std::move(*failed_));
  Content content{std::move(bytes_), nullptr, std::move(file_name), std::move(media_type)};
  if (file_) content.file = std::make_shared<const ScratchFile>(std::move(*file_));
  return content;
}

}  // namespace madoguchi::service
