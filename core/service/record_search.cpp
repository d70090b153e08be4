// SPDX-License-Identifier: Apache-2.0
#include "core/service/record_search.h"

#include <algorithm>
#include <utility>

#include "core/service/customer_wishes.h"
#include "core/store/customer_parts.h"

namespace madoguchi::service {
namespace {

using store::CustomerText;
using store::TextKind;

constexpr int kBatch = 200;

const std::string& typed(const text::Needle& word) { return word.phrases.front().folded; }

/// Every word in the name or in its kana, as the store's search for them sees it.
bool in_names(const SearchWish& wish, const store::CustomerWords& words) {
  return std::all_of(wish.words.open.begin(), wish.words.open.end(), [&](const auto& word) {
    return !text::places_of(word, words.names).empty() ||
           !text::places_of(word, words.kana).empty();
  });
}

bool is_one_of(const std::vector<std::string>& values, const std::string& value) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

Hit hit_of(domain::Customer customer) {
  Hit hit{customer.sequence, customer.id.str(), customer.created_at, 0};
  hit.what = std::move(customer);
  return hit;
}

}  // namespace

store::CustomerQuery RecordSearch::customer_query(Where where) const {
  store::CustomerQuery query;
  query.limit = kBatch;
  for (const text::Needle& word : wish_.words.open) {
    if (where == Where::names) {
      query.texts.push_back({{store::need_of(CustomerText::names, typed(word))},
                             {store::need_of(CustomerText::kana, typed(word))}});
    } else {
      query.texts.push_back(any_text_of(typed(word), wish_.contact));
    }
  }
  for (const std::string& number : wish_.customers) {
    query.by_number = true;
    const std::optional<std::int64_t> sequence = domain::parse_customer_number(number);
    if (sequence) query.sequences.push_back(*sequence);
  }
  query.order_numbers = wish_.orders;
  if (wish_.tags.empty()) return query;
  store::CustomerAnyOf any;
  for (const std::string& tag : wish_.tags) any.push_back({store::tag_need(tag)});
  query.texts.push_back(std::move(any));
  return query;
}

HitStream RecordSearch::customers(int rank, std::int64_t below, Where where) {
  const auto read = [this, query = customer_query(where)](std::int64_t from) {
    store::CustomerPage page = store::Customers(session_).list(query, from);
    HitStream::Batch batch;
    for (domain::Customer& one : page.items) batch.hits.push_back(hit_of(std::move(one)));
    batch.next = page.next;
    return batch;
  };
  const auto accept = [this, where](Hit& hit) {
    const auto& customer = std::get<domain::Customer>(hit.what);
    if (passed_over_.count(hit.id) != 0 || !is_wanted(customer)) return false;
    return where != Where::others ||
           !in_names(wish_,
                     store::words_of(customer, store::DeliveryAddresses(session_).of(customer.id)));
  };
  return {rank, below, read, accept};
}

HitStream RecordSearch::orders(int rank, std::int64_t below, Where where) {
  if (!wish_.tags.empty()) return HitStream::none();
  const auto read = [this, where](std::int64_t from) {
    return texts(TextKind::order, where == Where::names, from);
  };
  const auto accept = [this, where](Hit& hit) {
    if (passed_over_.count(hit.id) != 0) return false;
    if (where == Where::others &&
        store::SearchTexts(session_).holds(TextKind::order, hit.id, wish_.words.open, true)) {
      return false;
    }
    std::optional<store::OrderRecord> record =
        store::Orders(session_).by_id(domain::OrderId(hit.id));
    if (!record || !is_wanted(*record)) return false;
    hit.what = std::move(*record);
    return true;
  };
  return {rank, below, read, accept};
}

HitStream RecordSearch::memos(int rank, std::int64_t below) {
  if (!wish_.tags.empty() || !wish_.orders.empty()) return HitStream::none();
  const auto read = [this](std::int64_t from) { return texts(TextKind::memo, false, from); };
  const auto accept = [this](Hit& hit) {
    std::optional<domain::Memo> memo = store::Memos(session_).by_id(domain::MemoId(hit.id));
    if (!memo || !in_time(memo->created_at) || without_holds(TextKind::memo, hit.id)) return false;
    std::optional<domain::Customer> customer = store::Customers(session_).by_id(memo->customer);
    if (!customer || !is_one_of(wish_.customers, customer->number())) return false;
    hit.what = FoundMemo{std::move(*memo), std::move(*customer)};
    return true;
  };
  return {rank, below, read, accept};
}

std::vector<Hit> RecordSearch::customers_by_number() {
  store::CustomerQuery query;
  query.by_number = true;
  for (const std::string& number : wish_.numbers) {
    const std::optional<std::int64_t> sequence = domain::parse_customer_number(number);
    if (sequence) query.sequences.push_back(*sequence);
  }
  std::vector<Hit> hits;
  if (query.sequences.empty()) return hits;
  for (domain::Customer& one : store::Customers(session_).list(query, std::nullopt).items) {
    const bool wanted = is_one_of(wish_.customers, one.number()) && wish_.orders.empty() &&
                        wish_.tags.empty() && is_wanted(one);
    if (wanted) hits.push_back(hit_of(std::move(one)));
  }
  return hits;
}

std::vector<Hit> RecordSearch::orders_by_number() {
  std::vector<Hit> hits;
  if (wish_.numbers.empty() || !wish_.tags.empty()) return hits;
  store::OrderQuery query;
  query.numbers = wish_.numbers;
  for (store::OrderRecord& one : store::Orders(session_).list(query, std::nullopt).items) {
    if (!is_wanted(one)) continue;
    Hit hit{one.value.sequence, one.value.id.str(), one.value.created_at, 0};
    hit.what = std::move(one);
    hits.push_back(std::move(hit));
  }
  return hits;
}

HitStream::Batch RecordSearch::texts(TextKind kind, bool in_names, std::int64_t below) {
  HitStream::Batch batch;
  for (store::SearchTexts::Hit& hit :
       store::SearchTexts(session_).search(kind, wish_.words.open, in_names, below, kBatch)) {
    batch.hits.push_back({hit.sequence, std::move(hit.ref), hit.at, 0});
  }
  if (batch.hits.size() == kBatch) batch.next = batch.hits.back().place;
  return batch;
}

bool RecordSearch::is_wanted(const domain::Customer& customer) {
  if (!in_time(customer.created_at)) return false;
  if (wish_.without.empty()) return true;
  const store::CustomerWords words =
      store::words_of(customer, store::DeliveryAddresses(session_).of(customer.id));
  std::string all = words.names + "\n" + words.kana;
  if (wish_.contact) all += "\n" + words.places + "\n" + words.others;
  return std::none_of(wish_.without.open.begin(), wish_.without.open.end(),
                      [&](const auto& word) { return !text::places_of(word, all).empty(); });
}

bool RecordSearch::is_wanted(const store::OrderRecord& order) {
  return in_time(order.value.created_at) && is_one_of(wish_.customers, order.customer_number) &&
         is_one_of(wish_.orders, order.value.number) &&
         !without_holds(TextKind::order, order.value.id.str());
}

bool RecordSearch::in_time(TimePoint at) const {
  return (!wish_.after || at >= *wish_.after) && (!wish_.before || at < *wish_.before);
}

bool RecordSearch::without_holds(TextKind kind, const std::string& id) {
  return std::any_of(wish_.without.open.begin(), wish_.without.open.end(), [&](const auto& word) {
    return store::SearchTexts(session_).holds(kind, id, {word}, !wish_.contact);
  });
}

}  // namespace madoguchi::service
