// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/spool.h"

namespace madoguchi::lmtp {

Spool::Spool(std::filesystem::path folder, std::size_t memory_limit)
    : folder_(std::move(folder)), memory_limit_(memory_limit) {}

void Spool::append(std::string_view bytes) {
  size_ += bytes.size();
  if (discarding_) return;
  memory_ += bytes;
  if (memory_.size() > memory_limit_) spill();
}

void Spool::discard() {
  discarding_ = true;
  mapping_.reset();
  file_.reset();
  memory_ = {};
}

Result<std::string_view> Spool::view() {
  if (file_) spill();
  if (file_ && !mapping_) {
    Result<ScratchFile::Mapping> made = file_->map();
    if (made) {
      mapping_.emplace(std::move(*made));
    } else {
      fail_with(made.error());
    }
  }
  if (!failure_.empty()) {
    Error error = Error::unavailable(failure_);
    error.type = "storage-full";
    return fail(std::move(error));
  }
  return mapping_ ? mapping_->view() : std::string_view(memory_);
}

void Spool::clear() {
  const bool was_small = !file_;
  mapping_.reset();
  file_.reset();
  if (was_small) {
    memory_.clear();  // the next mail of the session is small too, probably
  } else {
    memory_ = {};
  }
  size_ = 0;
  discarding_ = false;
  failure_.clear();
}

void Spool::spill() {
  if (!file_) {
    Result<ScratchFile> made = ScratchFile::make(folder_);
    if (!made) return fail_with(made.error());
    file_.emplace(std::move(*made));
  }
  if (const Result<void> kept = file_->append(memory_); !kept) return fail_with(kept.error());
  memory_.clear();
}

void Spool::fail_with(const Error& error) {
  failure_ = error.detail;
  discard();
}

}  // namespace madoguchi::lmtp
