// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_search.h"

#include <utility>

#include "core/store/messages.h"
#include "core/store/search_texts.h"

namespace madoguchi::service {
namespace {

constexpr int kBatch = 200;

}  // namespace

HitStream CaseSearch::by_messages(int rank, std::int64_t below) {
  if (wish_.nothing) return HitStream::none();
  if (wish_.words.empty()) {
    return {rank, below, [this](std::int64_t from) { return walk(from); },
            [this](Hit& hit) {
              return passed_over_.count(hit.id) == 0 &&
                     is_kept(session_, wish_, std::get<store::CaseRow>(hit.what));
            }};
  }
  const auto read = [this](std::int64_t from) {
    HitStream::Batch batch;
    for (const store::Messages::Hit& hit :
         store::Messages(session_).search(wish_.words.whole, from, kBatch, wish_.kinds)) {
      batch.hits.push_back({hit.sequence, hit.case_id.str(), hit.at, hit.sequence});
    }
    if (batch.hits.size() == kBatch) batch.next = batch.hits.back().place;
    return batch;
  };
  const auto wanted = [this](Hit& hit) {
    // A case stands where its newest hit is; older hits of it are passed over.
    if (passed_over_.count(hit.id) != 0 ||
        store::Messages(session_).newer_hit(wish_.words.whole, domain::CaseId(hit.id), hit.message,
                                            wish_.kinds)) {
      return false;
    }
    return (precedence_ == Precedence::newest_message || !head_holds(hit.id)) && accept(hit);
  };
  return {rank, below, read, wanted};
}

HitStream CaseSearch::by_head(int rank, std::int64_t below) {
  // Words that were to stand in a note do not stand there.
  if (wish_.words.empty() || !wish_.kinds.empty()) return HitStream::none();
  const auto read = [this](std::int64_t from) {
    HitStream::Batch batch;
    for (store::SearchTexts::Hit& hit : store::SearchTexts(session_).search(
             store::TextKind::case_, wish_.words.open, false, from, kBatch)) {
      batch.hits.push_back({hit.sequence, std::move(hit.ref), hit.at, 0});
    }
    if (batch.hits.size() == kBatch) batch.next = batch.hits.back().place;
    return batch;
  };
  const auto wanted = [this](Hit& hit) {
    if (passed_over_.count(hit.id) != 0) return false;
    if (precedence_ == Precedence::newest_message &&
        store::Messages(session_).newer_hit(wish_.words.whole, domain::CaseId(hit.id), 0)) {
      return false;
    }
    return accept(hit);
  };
  return {rank, below, read, wanted};
}

std::optional<Hit> CaseSearch::by_number(db::Session& session, const SearchWish& wish,
                                         store::CaseQuery query) {
  for (const std::string& number : wish.numbers) {
    const std::optional<std::int64_t> sequence = domain::parse_case_number(number);
    if (!sequence) continue;
    const std::optional<store::CaseRecord> record = store::Cases(session).by_sequence(*sequence);
    if (!record) continue;
    query.ids = {record->value.id};
    store::CasePage page = store::Cases(session).list(query, std::nullopt);
    if (page.items.empty() || !is_kept(session, wish, page.items.front())) continue;
    return Hit{*sequence, record->value.id.str(), record->value.created_at, 0,
               std::move(page.items.front())};
  }
  return std::nullopt;
}

HitStream::Batch CaseSearch::walk(std::int64_t below) {
  store::CaseQuery query = query_;
  query.order = store::CaseOrder::newest_created;
  query.limit = kBatch;
  store::CasePage page = store::Cases(session_).list(query, store::CasePlace{0, below});
  HitStream::Batch batch;
  for (store::CaseRow& row : page.items) {
    batch.hits.push_back({row.sequence(), std::string(row.id()), row.created_at(), 0, row});
  }
  if (page.next) batch.next = page.next->sequence;
  return batch;
}

bool CaseSearch::head_holds(const std::string& id) {
  return wish_.kinds.empty() &&
         store::SearchTexts(session_).holds(store::TextKind::case_, id, wish_.words.open);
}

bool CaseSearch::accept(Hit& hit) {
  store::CaseQuery one = query_;
  one.ids = {domain::CaseId(hit.id)};
  store::CasePage page = store::Cases(session_).list(one, std::nullopt);
  if (page.items.empty() || !is_kept(session_, wish_, page.items.front())) return false;
  hit.what = std::move(page.items.front());
  return true;
}

bool is_kept(db::Session& session, const SearchWish& wish, const store::CaseRow& row) {
  if (!is_from(wish, row)) return false;
  const std::string id(row.id());
  for (std::size_t i = 0; i < wish.without.whole.size(); ++i) {
    if (store::Messages(session).newer_hit({wish.without.whole[i]}, domain::CaseId(id), 0) ||
        store::SearchTexts(session).holds(store::TextKind::case_, id, {wish.without.open[i]})) {
      return false;
    }
  }
  return true;
}

}  // namespace madoguchi::service
