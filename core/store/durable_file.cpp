// SPDX-License-Identifier: Apache-2.0
#include "core/store/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

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
  return true;
}

bool write_all(int fd, const Pieces& pieces) {
  for (std::string_view piece = pieces(); !piece.empty(); piece = pieces()) {
    if (!write_all(fd, piece)) return false;
  }
  return true;
}

Error failed(const char* what, const std::filesystem::path& path) {
  return Error::unavailable(std::string(what) + " " + path.string() + ": " + std::strerror(errno));
}

enum class Wait { before_naming, after_naming, no };

Result<void> sync_folder_of(const std::filesystem::path& file) {
  const std::filesystem::path path = file.parent_path();
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return fail(failed("syncing", path));
  return {};
}

Result<void> write_file(const std::filesystem::path& target, const Pieces& bytes, Wait wait) {
  std::string name = target.string() + ".XXXXXX";
  const Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (file.get() < 0) return fail(failed("creating", name));
  const auto give_up = [&] {
    Error error = failed("writing", target);
    ::unlink(name.c_str());
    return fail(std::move(error));
  };
  if (!write_all(file.get(), bytes)) return give_up();
  if (wait == Wait::before_naming && ::fsync(file.get()) != 0) return give_up();
  if (::rename(name.c_str(), target.c_str()) != 0) return give_up();
  name = target.string();
  if (wait == Wait::after_naming && ::fsync(file.get()) != 0) return give_up();
  return wait == Wait::no ? Result<void>() : sync_folder_of(target);
}

}  // namespace

Result<void> write_durably(const std::filesystem::path& target, std::string_view bytes) {
  return write_durably(target, [&bytes] { return std::exchange(bytes, {}); });
}

Result<void> write_durably(const std::filesystem::path& target, const Pieces& bytes) {
  return write_file(target, bytes, Wait::before_naming);
}

Result<void> write_durably_unlisted(const std::filesystem::path& target, const Pieces& bytes) {
  return write_file(target, bytes, Wait::after_naming);
}

Result<void> write_whole(const std::filesystem::path& target, const Pieces& bytes) {
  return write_file(target, bytes, Wait::no);
}

Result<void> make_durable(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 || ::fsync(file.get()) != 0) return fail(failed("syncing", path));
  return sync_folder_of(path);
}

}  // namespace madoguchi::store
