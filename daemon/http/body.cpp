// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/body.h"

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
  explicit MappedBody(ScratchFile::Mapping mapping) : mapping_(std::move(mapping)) {}
  [[nodiscard]] std::string_view view() const override { return mapping_.view(); }

 private:
  ScratchFile::Mapping mapping_;
};

}  // namespace

BodySink::~BodySink() { *budget_ -= memory_.size(); }

Result<void> BodySink::append(std::string_view piece) {
  size_ += piece.size();
  if (!file_) {
    if (size_ <= rules_.above && *budget_ + piece.size() <= rules_.total) {
      memory_ += piece;
      *budget_ += piece.size();
      return {};
    }
    if (auto spilled = spill(); !spilled) return spilled;
  }
  return file_->append(piece);
}

Result<void> BodySink::spill() {
  auto made =
      ScratchFile::make(rules_.dir.empty() ? std::filesystem::temp_directory_path() : rules_.dir);
  if (!made) return fail(std::move(made.error()));
  file_.emplace(std::move(*made));
  if (auto written = file_->append(memory_); !written) return written;
  *budget_ -= memory_.size();
  memory_ = {};
  return {};
}

Result<std::unique_ptr<Body>> BodySink::finish() {
  if (!file_) return std::make_unique<MemoryBody>(std::exchange(memory_, {}), budget_);
  auto mapping = file_->map();
  if (!mapping) return fail(std::move(mapping.error()));
  file_.reset();
  return std::make_unique<MappedBody>(std::move(*mapping));
}

}  // namespace madoguchi::http
