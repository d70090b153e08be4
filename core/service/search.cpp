// SPDX-License-Identifier: Apache-2.0
#include "core/service/search.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "core/service/case_search.h"
#include "core/service/directory.h"
#include "core/service/found_items.h"
#include "core/service/record_search.h"

namespace madoguchi::service {
namespace {

using Where = RecordSearch::Where;
using Precedence = CaseSearch::Precedence;

constexpr std::size_t kStreams = 7;
/// What the words stand in, best first; numbers come before all.
constexpr int kNames = 0;
constexpr int kTexts = 1;

bool may_read(const domain::Caller& caller, SearchType type) {
  switch (type) {
    case SearchType::case_:
      return caller.may(domain::Permission::cases_read);
    case SearchType::customer:
    case SearchType::memo:
      return caller.may(domain::Permission::customers_read);
    case SearchType::order:
      return caller.may(domain::Permission::orders_read);
  }
  return false;
}

/// What is searched: what the caller asks for and may read, and the filters can be true of.
Result<std::set<SearchType>> types_of(const domain::Caller& caller, const SearchCall& call,
                                      const SearchWish& wish) {
  std::set<SearchType> types;
  for (const auto& entry : EnumNames<SearchType>::values) {
    const bool asked =
        std::find(call.types.begin(), call.types.end(), entry.value) != call.types.end();
    if (!call.types.empty() && !asked) continue;
    if (may_read(caller, entry.value)) {
      types.insert(entry.value);
    } else if (asked) {
      return fail(Error::forbidden(
          {"You may not read what you search for.", "検索対象を閲覧する権限がありません。"}));
    }
  }
  const bool cases = types.count(SearchType::case_) != 0;
  if (!wish.words.empty() && !wish.cases_only) return types;
  return cases ? std::set<SearchType>{SearchType::case_} : std::set<SearchType>{};
}

/// One page of a search, in one unit of work.
class Page {
 public:
  Page(db::Session& session, const SearchCall& call, const SearchWish& wish,
       std::set<SearchType> types, std::optional<store::CaseQuery> cases)
      : session_(session),
        call_(call),
        wish_(wish),
        types_(std::move(types)),
        case_query_(std::move(cases)) {
    if (!case_query_) types_.erase(SearchType::case_);
  }

  SearchListing read(const std::optional<std::vector<std::string>>& after) {
    SearchListing listing;
    std::set<std::string> by_its_number;
    for (const Hit& hit : by_number()) {
      by_its_number.insert(hit.id);
      if (after) continue;
      listing.items.push_back(search_item_of(session_, hit, wish_.words.open, wish_.contact).item);
      listing.items.back().matched_in = MatchedIn::number;
    }
    const bool by_rank = call_.order == SearchOrder::rank;
    CaseSearch cases(session_, wish_, case_query_.value_or(store::CaseQuery{}),
                     by_rank ? Precedence::head : Precedence::newest_message, by_its_number);
    RecordSearch records(session_, wish_, by_its_number);
    const std::vector<std::int64_t> places = places_in(after, kStreams);
    std::vector<HitStream> streams;
    for (std::size_t i = 0; i < kStreams; ++i) {
      streams.push_back(stream(i, cases, records, places[i], by_rank));
    }
    const auto limit = static_cast<std::size_t>(call_.limit);
    MergedHits merged = merge(streams, limit - std::min(limit, listing.items.size()), by_rank);
    for (const Hit& hit : merged.hits) {
      FoundItem found = search_item_of(session_, hit, wish_.words.open, wish_.contact);
      // What was found by something that the caller may not see was not found.
      if (wish_.contact || found.in_view) listing.items.push_back(std::move(found.item));
    }
    listing.next = std::move(merged.next);
    return listing;
  }

 private:
  [[nodiscard]] bool wants(SearchType type) const { return types_.count(type) != 0; }

  std::vector<Hit> by_number() {
    std::vector<Hit> hits;
    const auto add = [&](std::vector<Hit> more) {
      for (Hit& hit : more) hits.push_back(std::move(hit));
    };
    if (wants(SearchType::case_)) {
      std::optional<Hit> one = CaseSearch::by_number(session_, wish_, *case_query_);
      if (one) hits.push_back(std::move(*one));
    }
    RecordSearch records(session_, wish_, {});
    if (wants(SearchType::customer)) add(records.customers_by_number());
    if (wants(SearchType::order)) add(records.orders_by_number());
    return hits;
  }

  /// The searches in the order that the cursor has their places in.
  HitStream stream(std::size_t index, CaseSearch& cases, RecordSearch& records, std::int64_t below,
                   bool by_rank) {
    const bool customers = wants(SearchType::customer);
    const bool orders = wants(SearchType::order);
    const Where rest = by_rank ? Where::others : Where::anywhere;
    switch (index) {
      case 0:
        if (wants(SearchType::case_)) return cases.by_messages(kTexts, below);
        break;
      case 1:
        if (wants(SearchType::case_)) return cases.by_head(kNames, below);
        break;
      case 2:
        if (customers && by_rank) return records.customers(kNames, below, Where::names);
        break;
      case 3:
        if (customers) return records.customers(kTexts, below, rest);
        break;
      case 4:
        if (orders && by_rank) return records.orders(kNames, below, Where::names);
        break;
      case 5:
        if (orders) return records.orders(kTexts, below, rest);
        break;
      default:
        if (wants(SearchType::memo)) return records.memos(kTexts, below);
        break;
    }
    return HitStream::none();
  }

  db::Session& session_;
  const SearchCall& call_;
  const SearchWish& wish_;
  std::set<SearchType> types_;
  std::optional<store::CaseQuery> case_query_;
};

}  // namespace

Result<SearchListing> SearchService::find(const domain::Caller& caller, const SearchCall& call,
                                          const std::optional<std::vector<std::string>>& after) {
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const Result<SearchWish> wish = search_wish_of(call.q, caller, **directory);
  if (!wish) return fail(wish.error());
  const Result<std::set<SearchType>> types = types_of(caller, call, *wish);
  if (!types) return fail(types.error());
  if (wish->nothing) return SearchListing{};
  std::optional<store::CaseQuery> cases(std::in_place);
  cases->scope = caller.scope;
  if (!narrow(*cases, wish->cases)) cases.reset();
  // When it fails, the disk being full, the newest are not found yet; everything else is.
  (void)env_.database.settle();
  return env_.database.read([&](db::Session& session) -> Result<SearchListing> {
    return Page(session, call, *wish, *types, cases).read(after);
  });
}

}  // namespace madoguchi::service
