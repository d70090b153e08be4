// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/spool.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace madoguchi::lmtp {
namespace {

int open_unlinked(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
  std::string pattern = (folder / "mail-XXXXXX").string();  // file systems without O_TMPFILE
  const int named = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(pattern.c_str());
  return named;
}

}  // namespace

Spool::Spool(std::filesystem::path folder, std::size_t memory_limit)
    : folder_(std::move(folder)), memory_limit_(memory_limit) {}

Spool::~Spool() { release_file(); }

void Spool::append(std::string_view bytes) {
  size_ += bytes.size();
  if (discarding_) return;
  memory_ += bytes;
  if (memory_.size() > memory_limit_) spill();
}

void Spool::discard() {
  discarding_ = true;
  release_file();
  memory_ = {};
}

Result<std::string_view> Spool::view() {
  if (fd_ >= 0 && failure_.empty()) spill();
  if (fd_ >= 0 && failure_.empty() && mapping_ == nullptr) {
    void* mapping = ::mmap(nullptr, in_file_, PROT_READ, MAP_PRIVATE, fd_, 0);
    if (mapping == MAP_FAILED) {
      fail_with("mapping");
    } else {
      mapping_ = mapping;
    }
  }
  if (!failure_.empty()) {
    Error error = Error::unavailable(failure_);
    error.type = "storage-full";
    return fail(std::move(error));
  }
  if (mapping_ != nullptr) {
    return std::string_view(static_cast<const char*>(mapping_), in_file_);
  }
  return std::string_view(memory_);
}

void Spool::clear() {
  const bool was_small = fd_ < 0;
  release_file();
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
  if (fd_ < 0) fd_ = open_unlinked(folder_);
  if (fd_ < 0) return fail_with("opening a temporary file");
  std::string_view rest = memory_;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_with("writing a temporary file");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  in_file_ += memory_.size();
  memory_.clear();
}

void Spool::fail_with(const char* what) {
  failure_ = std::string(what) + " in " + folder_.string() + ": " +
             std::error_code(errno, std::generic_category()).message();
  discard();
}

void Spool::release_file() {
  if (mapping_ != nullptr) ::munmap(mapping_, in_file_);
  if (fd_ >= 0) ::close(fd_);
  mapping_ = nullptr;
  fd_ = -1;
  in_file_ = 0;
}

}  // namespace madoguchi::lmtp
