// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"

namespace madoguchi {

/// Octets that need not lie in memory while something is done with them: an unlinked file, which
/// nobody else can open and which is gone with the process. Written by one thread; once nothing is
/// appended any more, read by many.
class ScratchFile {
 public:
  /// Its octets as memory that the system reads in as they are looked at.
  class Mapping {
   public:
    explicit Mapping(std::string_view view) : view_(view) {}
    ~Mapping();
    Mapping(Mapping&& other) noexcept : view_(std::exchange(other.view_, {})) {}
    Mapping& operator=(Mapping&& other) noexcept {
      std::swap(view_, other.view_);
      return *this;
    }
    [[nodiscard]] std::string_view view() const { return view_; }

   private:
    std::string_view view_;
  };

  /// `unavailable` when it cannot be made.
  [[nodiscard]] static Result<ScratchFile> make(const std::filesystem::path& folder);
  ~ScratchFile();
  ScratchFile(ScratchFile&& other) noexcept;
  ScratchFile& operator=(ScratchFile&& other) noexcept;
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  /// `unavailable` when the disk is full.
  [[nodiscard]] Result<void> append(std::string_view bytes);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// At most `most` octets from `at` on; none behind the end, and where the disk fails.
  [[nodiscard]] std::string read(std::size_t at, std::size_t most) const;
  /// All of it, also when this is gone.
  [[nodiscard]] Result<Mapping> map() const;

 private:
  explicit ScratchFile(int fd) : fd_(fd) {}

  int fd_;
  std::size_t size_ = 0;
};

}  // namespace madoguchi
