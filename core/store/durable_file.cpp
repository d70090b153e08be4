// SPDX-License-Identifier: Apache-2.0
#include "core/store/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace madoguchi::store {
namespace {

/// Closes on the way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(fd) == 0;
}

Error failed(const char* what, const std::filesystem::path& path) {
  return Error::unavailable(std::string(what) + " " + path.string() + ": " + std::strerror(errno));
}

}  // namespace

Result<void> write_durably(const std::filesystem::path& target, std::string_view bytes) {
  std::string temporary = target.string() + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) return fail(failed("creating", temporary));
  if (!write_all(file.get(), bytes) || ::rename(temporary.c_str(), target.c_str()) != 0) {
    Error error = failed("writing", target);
    ::unlink(temporary.c_str());
    return fail(std::move(error));
  }
  const Descriptor folder(::open(target.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0)
    return fail(failed("syncing", target.parent_path()));
  return {};
}

}  // namespace madoguchi::store
