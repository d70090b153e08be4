// SPDX-License-Identifier: Apache-2.0
#include "core/base/scratch_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace madoguchi {
namespace {

int open_unlinked(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
  std::string pattern = (folder / "scratch-XXXXXX").string();  // file systems without O_TMPFILE
  const int named = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(pattern.c_str());
  return named;
}

tl::unexpected<Error> failed(const std::string& what) {
  return fail(Error::unavailable(what + ": " + std::generic_category().message(errno)));
}

}  // namespace

Result<ScratchFile> ScratchFile::make(const std::filesystem::path& folder) {
  const int fd = open_unlinked(folder);
  if (fd < 0) return failed("a temporary file in " + folder.string());
  return ScratchFile(fd);
}

ScratchFile::~ScratchFile() {
  if (fd_ >= 0) ::close(fd_);
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), size_(std::exchange(other.size_, 0)) {}

ScratchFile& ScratchFile::operator=(ScratchFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  return *this;
}

Result<void> ScratchFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("writing a temporary file");
    size_ += static_cast<std::size_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

std::string ScratchFile::read(std::size_t at, std::size_t most) const {
  std::string bytes(std::min(most, size_ - std::min(at, size_)), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        ::pread(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<ScratchFile::Mapping> ScratchFile::map() const {
  if (size_ == 0) return Mapping({});
  void* start = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd_, 0);
  if (start == MAP_FAILED) return failed("mapping a temporary file");
  return Mapping({static_cast<const char*>(start), size_});
}

ScratchFile::Mapping::~Mapping() {
  if (!view_.empty()) ::munmap(const_cast<char*>(view_.data()), view_.size());
}

}  // namespace madoguchi
