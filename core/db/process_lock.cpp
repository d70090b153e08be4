// SPDX-License-Identifier: Apache-2.0
#include "core/db/process_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace madoguchi::db {

namespace {

std::string why(const std::filesystem::path& file) {
  return file.string() + ": " + std::error_code(errno, std::generic_category()).message();
}

}  // namespace

Result<ProcessLock> ProcessLock::take(const std::filesystem::path& path) {
  const std::filesystem::path file = path.string() + ".lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(Error::unavailable("cannot open the lock " + why(file)));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    ::close(descriptor);
    if (reason != EWOULDBLOCK) {
      errno = reason;
      return fail(Error::unavailable("cannot lock " + why(file)));
    }
    Error error =
        Error::conflict("database-in-use", {"Another process is using this database.",
                                            "このデータベースは別のプロセスが使用中です。"});
    error.detail = path.string();
    return fail(std::move(error));
  }
  return ProcessLock(descriptor);
}

ProcessLock::~ProcessLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ProcessLock::ProcessLock(ProcessLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

}  // namespace madoguchi::db
