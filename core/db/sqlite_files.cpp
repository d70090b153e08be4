// SPDX-License-Identifier: Apache-2.0
#include "core/db/sqlite_files.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

namespace madoguchi::db {

namespace {

constexpr std::uint64_t kReserveBytes = 4u << 20;
/// Putting the reserve aside again with less than this free would only fill the disk once more.
constexpr std::uint64_t kAmpleBytes = 4 * kReserveBytes;

std::string why(const std::filesystem::path& file) {
  return file.string() + ": " + std::error_code(errno, std::generic_category()).message();
}

std::uint64_t free_bytes(const std::filesystem::path& folder) {
  struct statvfs space {};
  if (::statvfs(folder.c_str(), &space) != 0) return 0;
  return std::uint64_t{space.f_bavail} * space.f_frsize;
}

}  // namespace

ReserveFile::ReserveFile(const std::filesystem::path& database)
    : file_(database.string() + ".reserve") {
  std::error_code ignored;
  held_ = std::filesystem::file_size(file_, ignored) == kReserveBytes && !ignored;
  restore();
}

void ReserveFile::release() noexcept {
  ::unlink(file_.c_str());
  held_ = false;
}

void ReserveFile::restore() noexcept {
  if (held_ || free_bytes(file_.parent_path()) < kAmpleBytes) return;
  const int descriptor = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return;
  held_ = ::posix_fallocate(descriptor, 0, static_cast<off_t>(kReserveBytes)) == 0;
  ::close(descriptor);
  if (!held_) ::unlink(file_.c_str());
}

Result<void> create_private(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(Error::unavailable("cannot open the database " + why(file)));
  ::close(descriptor);
  return sync_path(file.parent_path());
}

Result<void> sync_path(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail(Error::unavailable("cannot open " + why(path)));
  const int synced = ::fsync(descriptor);
  const int reason = errno;
  ::close(descriptor);
  if (synced == 0) return {};
  errno = reason;
  return fail(Error::internal("fsync of " + why(path)));
}

}  // namespace madoguchi::db
