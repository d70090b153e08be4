// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/body.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace madoguchi::http {
namespace {

class MemoryBody final : public Body {
 public:
  MemoryBody(std::string bytes, BodyBudget budget)
      : bytes_(std::move(bytes)), budget_(std::move(budget)) {}
  ~MemoryBody() override { *budget_ -= bytes_.size(); }
  [[nodiscard]] std::string_view view() const override { return bytes_; }

 private:
  std::string bytes_;
  BodyBudget budget_;
};

class MappedBody final : public Body {
 public:
  MappedBody(void* start, std::size_t size) : start_(start), size_(size) {}
  MappedBody(const MappedBody&) = delete;
  MappedBody& operator=(const MappedBody&) = delete;
  ~MappedBody() override { ::munmap(start_, size_); }
  [[nodiscard]] std::string_view view() const override {
    return {static_cast<const char*>(start_), size_};
  }

 private:
  void* start_;
  std::size_t size_;
};

tl::unexpected<Error> storage_failure(const char* what) {
  return fail(Error::unavailable(std::string(what) + ": " + std::system_category().message(errno)));
}

FileDescriptor open_unlinked(const std::filesystem::path& dir) {
  const int fd = ::open(dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return FileDescriptor(fd);
  std::string name = dir / "body-XXXXXX";
  FileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (file.open()) ::unlink(name.c_str());
  return file;
}

}  // namespace

BodySink::~BodySink() { *budget_ -= memory_.size(); }

Result<void> BodySink::append(std::string_view piece) {
  size_ += piece.size();
  if (!file_.open()) {
    if (size_ <= rules_.above && *budget_ + piece.size() <= rules_.total) {
      memory_ += piece;
      *budget_ += piece.size();
      return {};
    }
    if (auto spilled = spill(); !spilled) return spilled;
  }
  return write_out(piece);
}

Result<void> BodySink::spill() {
  file_ = open_unlinked(rules_.dir.empty() ? std::filesystem::temp_directory_path() : rules_.dir);
  if (!file_.open()) return storage_failure("temporary file");
  if (auto written = write_out(memory_); !written) return written;
  *budget_ -= memory_.size();
  memory_ = {};
  return {};
}

Result<void> BodySink::write_out(std::string_view piece) {
  while (!piece.empty()) {
    const ssize_t written = ::write(file_.get(), piece.data(), piece.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return storage_failure("write");
    piece.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::unique_ptr<Body>> BodySink::finish() {
  if (!file_.open()) return std::make_unique<MemoryBody>(std::exchange(memory_, {}), budget_);
  void* start = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file_.get(), 0);
  if (start == MAP_FAILED) return storage_failure("mmap");
  file_.reset();
  return std::make_unique<MappedBody>(start, size_);
}

}  // namespace madoguchi::http
