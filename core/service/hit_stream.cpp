// SPDX-License-Identifier: Apache-2.0
#include "core/service/hit_stream.h"

#include <charconv>
#include <utility>

namespace madoguchi::service {
namespace {

constexpr int kLookedAt = 2000;
constexpr int kLookedAhead = 20;

/// The stream whose turn it is; nullptr: none's, or a tired one may have been it.
HitStream* next_of(std::vector<HitStream>& streams, bool by_rank) {
  HitStream* best = nullptr;
  for (HitStream& stream : streams) {
    if (by_rank && best != nullptr && stream.rank() > best->rank()) continue;
    const Hit* head = stream.head();
    if (head == nullptr) {
      if (stream.tired()) return nullptr;
      continue;
    }
    const bool ranks_before = by_rank && best != nullptr && stream.rank() < best->rank();
    if (best == nullptr || ranks_before || head->at > best->head()->at) best = &stream;
  }
  return best;
}

}  // namespace

HitStream::HitStream(int rank, std::int64_t below, Read read, Accept accept)
    : rank_(rank),
      below_(below),
      read_(std::move(read)),
      accept_(std::move(accept)),
      next_(below),
      over_(below <= 0) {}

HitStream HitStream::none() { return {0, 0, nullptr, nullptr}; }

bool HitStream::tired() const { return !over_ && looked_at_ >= kLookedAt; }

const Hit* HitStream::head() {
  while (!head_ && !over_ && !tired()) {
    if (used_ < batch_.size()) {
      head_ = std::move(batch_[used_++]);
      accepted_ = false;
    } else if (!next_) {
      over_ = true;
    } else {
      below_ = *next_;
      Batch batch = read_(below_);
      ++looked_at_;
      batch_ = std::move(batch.hits);
      next_ = batch.next;
      used_ = 0;
    }
  }
  return head_ ? &*head_ : nullptr;
}

bool HitStream::accept() {
  if (accepted_) return true;
  ++looked_at_;
  below_ = head_->place;
  accepted_ = accept_(*head_);
  if (!accepted_) head_.reset();
  return accepted_;
}

Hit HitStream::take() {
  Hit hit = std::move(*head_);
  head_.reset();
  return hit;
}

bool HitStream::goes_on() {
  for (int i = 0; i < kLookedAhead && head() != nullptr; ++i) {
    if (accept()) return true;
  }
  return !over_;
}

std::int64_t HitStream::place() const {
  if (head_) return head_->place + 1;
  return over_ ? 0 : below_;
}

MergedHits merge(std::vector<HitStream>& streams, std::size_t limit, bool by_rank) {
  MergedHits merged;
  while (merged.hits.size() < limit) {
    HitStream* const stream = next_of(streams, by_rank);
    if (stream == nullptr) break;
    if (stream->accept()) merged.hits.push_back(stream->take());
  }
  bool more = false;
  for (HitStream& stream : streams) more = stream.goes_on() || more;
  if (!more) return merged;
  merged.next.emplace();
  for (const HitStream& stream : streams) merged.next->push_back(std::to_string(stream.place()));
  return merged;
}

std::vector<std::int64_t> places_in(const std::optional<std::vector<std::string>>& cursor,
                                    std::size_t count) {
  std::vector<std::int64_t> places(count, HitStream::kTop);
  if (!cursor) return places;
  for (std::size_t i = 0; i < count && i < cursor->size(); ++i) {
    const std::string& text = (*cursor)[i];
    std::from_chars(text.data(), text.data() + text.size(), places[i]);
  }
  return places;
}

}  // namespace madoguchi::service
