// SPDX-License-Identifier: Apache-2.0
#include "core/service/search_wish.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "core/base/email_address.h"
#include "core/domain/business_date.h"
#include "core/domain/names.h"
#include "core/service/unit_of_work.h"
#include "core/text/fold.h"
#include "core/text/search_query.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using text::SearchFilter;
using text::SearchKey;
using text::wrong_search;

std::string in_capitals(std::string_view text) {
  std::string out = text::fold(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string shown(const SearchFilter& filter) {
  return std::string(text::truncate_utf8(filter.value, 60));
}

template <class E>
std::string names_of() {
  std::string names;
  for (const std::string_view name : enum_names<E>()) {
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

Error no_such_value(const SearchFilter& filter, const std::string& possible) {
  const std::string_view key = enum_name(filter.key);
  return wrong_search(
      filter.position,
      {fmt::format("\"{}\" is no value of {}:. It may be {}.", shown(filter), key, possible),
       fmt::format("「{}」は {}: の値ではありません。使えるのは {} です。", shown(filter), key,
                   possible)});
}

Error no_such_one(const SearchFilter& filter, const char* list) {
  const std::string_view key = enum_name(filter.key);
  return wrong_search(
      filter.position,
      {fmt::format("There is no {} \"{}\". {} lists them.", key, shown(filter), list),
       fmt::format("{}: に「{}」はありません。{} で確認できます。", key, shown(filter), list)});
}

/// What people write for the values, beside their names.
template <class E>
std::optional<E> value_of(const SearchFilter& filter) {
  return enum_value<E>(text::fold(filter.value));
}

/// "2026-01-31", "2026/1/31", in any width.
std::optional<domain::BusinessDate> date_of(std::string_view typed) {
  const std::string folded = text::fold(typed);
  std::vector<std::string> parts(1);
  for (const char c : folded) {
    if (c == '-' || c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() != 3 || parts[0].size() != 4) return std::nullopt;
  for (std::size_t i = 1; i < 3; ++i) {
    if (parts[i].size() == 1) parts[i].insert(0, 1, '0');
  }
  return domain::BusinessDate::parse(parts[0] + "-" + parts[1] + "-" + parts[2]);
}

class Reader {
 public:
  Reader(const domain::Caller& caller, const DirectoryView& directory)
      : caller_(caller), directory_(directory) {}

  Result<SearchWish> read(const text::SearchQuery& query) {
    add(query.words, wish_.words);
    add(query.without, wish_.without);
    for (const text::SearchTerm& word : query.words) {
      wish_.numbers.push_back(word.text);
      std::string capitals = in_capitals(word.text);
      if (capitals != word.text) wish_.numbers.push_back(std::move(capitals));
    }
    wish_.nothing = wish_.words.empty() && query.filters.empty();
    for (const SearchFilter& filter : query.filters) {
      if (Result<void> read = read_one(filter); !read) return fail(std::move(read.error()));
    }
    settle_senders();
    return std::move(wish_);
  }

 private:
  static void add(const std::vector<text::SearchTerm>& terms, SearchWords& words) {
    for (const text::SearchTerm& term : terms) {
      const std::string folded = text::fold(term.text);
      text::Needle whole = text::needle_of(folded);
      if (whole.empty()) continue;
      words.whole.push_back(std::move(whole));
      words.open.push_back(text::needle_of(folded, text::WordEnd::anywhere));
    }
  }

  Result<void> read_one(const SearchFilter& filter) {
    switch (filter.key) {
      case SearchKey::status:
        return status(filter);
      case SearchKey::assignee:
        return assignee(filter);
      case SearchKey::tag:
        wish_.tags.push_back(filter.value);
        wish_.cases.tags.push_back(filter.value);
        return {};
      case SearchKey::category:
        return category(filter);
      case SearchKey::channel:
        return one_of(filter, wish_.cases.channels);
      case SearchKey::priority:
        return one_of(filter, wish_.cases.priorities);
      case SearchKey::mailbox:
        return mailbox(filter);
      case SearchKey::customer:
        wish_.customers.push_back(in_capitals(filter.value));
        wish_.cases.customer_numbers.push_back(wish_.customers.back());
        return {};
      case SearchKey::order:
        wish_.orders.push_back(filter.value);
        wish_.cases.order_numbers.push_back(filter.value);
        return {};
      case SearchKey::from:
        wish_.cases_only = true;
        senders_.push_back(filter.value);
        return {};
      case SearchKey::after:
      case SearchKey::before:
        return date(filter);
      case SearchKey::in:
        return in(filter);
    }
    return {};
  }

  template <class E>
  Result<void> one_of(const SearchFilter& filter, std::vector<E>& values) {
    wish_.cases_only = true;
    const std::optional<E> value = value_of<E>(filter);
    if (!value) return fail(no_such_value(filter, names_of<E>()));
    values.push_back(*value);
    return {};
  }

  Result<void> status(const SearchFilter& filter) {
    static const std::map<std::string, domain::StatusGroup> kJapanese = {
        {"未対応", domain::StatusGroup::unhandled},
        {"対応中", domain::StatusGroup::in_progress},
        {"対応済み", domain::StatusGroup::handled},
        {"対応済", domain::StatusGroup::handled}};
    wish_.cases_only = true;
    if (const auto one = value_of<domain::CaseStatus>(filter)) {
      wish_.cases.statuses.push_back(*one);
      return {};
    }
    std::optional<domain::StatusGroup> group = value_of<domain::StatusGroup>(filter);
    const auto japanese = kJapanese.find(filter.value);
    if (japanese != kJapanese.end()) group = japanese->second;
    if (!group) {
      return fail(no_such_value(
          filter, names_of<domain::CaseStatus>() + ", " + names_of<domain::StatusGroup>()));
    }
    for (const auto& entry : EnumNames<domain::CaseStatus>::values) {
      if (domain::group_of(entry.value) == *group) wish_.cases.statuses.push_back(entry.value);
    }
    return {};
  }

  Result<void> assignee(const SearchFilter& filter) {
    wish_.cases_only = true;
    const std::string name = text::fold(filter.value);
    if (name == "none") {
      wish_.cases.unassigned = true;
      return {};
    }
    if (name == "me") {
      wish_.cases.assignees.push_back(caller_.agent);
      return {};
    }
    bool found = false;
    for (const domain::Agent& agent : directory_.agents()) {
      if (agent.id.str() != filter.value && text::fold(agent.name) != name &&
          text::fold(agent.display_name) != name) {
        continue;
      }
      wish_.cases.assignees.push_back(agent.id);
      found = true;
    }
    if (!found) return fail(no_such_one(filter, "GET /agents"));
    return {};
  }

  Result<void> category(const SearchFilter& filter) {
    wish_.cases_only = true;
    const std::string name = text::fold(filter.value);
    bool found = false;
    for (const domain::Category& one : directory_.categories()) {
      if (one.id.str() != filter.value && text::fold(one.name) != name) continue;
      wish_.cases.categories.push_back(one.id);
      found = true;
    }
    if (!found) return fail(no_such_one(filter, "GET /categories"));
    return {};
  }

  Result<void> mailbox(const SearchFilter& filter) {
    wish_.cases_only = true;
    const domain::Mailbox* one = directory_.mailbox_named(filter.value);
    if (one == nullptr) return fail(no_such_one(filter, "GET /mailboxes"));
    wish_.cases.mailboxes.push_back(one->id);
    return {};
  }

  Result<void> date(const SearchFilter& filter) {
    const std::optional<domain::BusinessDate> day = date_of(filter.value);
    if (!day) {
      return fail(wrong_search(
          filter.position,
          {fmt::format("\"{}\" is no day of the calendar. Write it as 2026-01-31.", shown(filter)),
           fmt::format("「{}」は暦の日付ではありません。2026-01-31 のように書いてください。",
                       shown(filter))}));
    }
    const TimePoint begins = day->begins();
    if (filter.key == SearchKey::after) {
      wish_.after = std::max(wish_.after.value_or(begins), begins);
      wish_.cases.created_after = wish_.after;
    } else {
      wish_.before = std::min(wish_.before.value_or(begins), begins);
      wish_.cases.created_before = wish_.before;
    }
    return {};
  }

  Result<void> in(const SearchFilter& filter) {
    wish_.cases_only = true;
    const std::string where = text::fold(filter.value);
    if (where == "note") {
      wish_.kinds.push_back(domain::MessageKind::note);
    } else if (where == "call") {
      wish_.kinds.push_back(domain::MessageKind::call);
    } else if (where == "mail") {
      wish_.kinds.push_back(domain::MessageKind::inbound);
      wish_.kinds.push_back(domain::MessageKind::reply);
    } else {
      return fail(no_such_value(filter, "note, mail, call"));
    }
    if (!wish_.words.empty()) return {};
    return fail(wrong_search(filter.position,
                             {"in: says where words are looked for. Add a word.",
                              "in: は言葉を探す場所の指定です。探す言葉を加えてください。"}));
  }

  /// Whole addresses are looked up; anything else is compared.
  void settle_senders() {
    wish_.contact = caller_.may(domain::Permission::customers_contact_read);
    std::vector<std::string> keys;
    for (const std::string& sender : senders_) {
      if (!wish_.contact) break;
      const Result<EmailAddress> address = EmailAddress::parse(text::fold(sender));
      if (address) keys.push_back(address->key());
    }
    if (keys.size() == senders_.size()) {
      wish_.cases.requesters = std::move(keys);
      return;
    }
    for (const std::string& sender : senders_) wish_.from.push_back(text::fold(sender));
  }

  const domain::Caller& caller_;
  const DirectoryView& directory_;
  std::vector<std::string> senders_;
  SearchWish wish_;
};

template <class T>
bool narrow_list(std::vector<T>& values, const std::vector<T>& by) {
  if (by.empty()) return true;
  if (values.empty()) {
    values = by;
    return true;
  }
  values.erase(std::remove_if(values.begin(), values.end(),
                              [&](const T& value) {
                                return std::find(by.begin(), by.end(), value) == by.end();
                              }),
               values.end());
  return !values.empty();
}

bool narrow_assignees(store::CaseQuery& query, const store::CaseQuery& by) {
  if (by.assignees.empty() && !by.unassigned) return true;
  if (query.assignees.empty() && !query.unassigned) {
    query.assignees = by.assignees;
    query.unassigned = by.unassigned;
    return true;
  }
  query.unassigned = query.unassigned && by.unassigned;
  const bool some = !query.assignees.empty() && !by.assignees.empty() &&
                    narrow_list(query.assignees, by.assignees);
  if (!some) query.assignees.clear();
  return some || query.unassigned;
}

}  // namespace

Result<SearchWish> search_wish_of(std::string_view typed, const domain::Caller& caller,
                                  const DirectoryView& directory) {
  if (Result<void> clean = refuse_card_numbers(std::string(typed), "/q"); !clean) {
    return fail(std::move(clean.error()));
  }
  const Result<text::SearchQuery> query = text::parse_search_query(typed);
  if (!query) return fail(query.error());
  return Reader(caller, directory).read(*query);
}

bool narrow(store::CaseQuery& query, const store::CaseQuery& by) {
  const auto later = [](std::optional<TimePoint>& mine, const std::optional<TimePoint>& other) {
    if (other) mine = std::max(mine.value_or(*other), *other);
  };
  const auto earlier = [](std::optional<TimePoint>& mine, const std::optional<TimePoint>& other) {
    if (other) mine = std::min(mine.value_or(*other), *other);
  };
  later(query.created_after, by.created_after);
  earlier(query.created_before, by.created_before);
  return narrow_list(query.statuses, by.statuses) && narrow_assignees(query, by) &&
         narrow_list(query.channels, by.channels) && narrow_list(query.categories, by.categories) &&
         narrow_list(query.priorities, by.priorities) && narrow_list(query.tags, by.tags) &&
         narrow_list(query.customer_numbers, by.customer_numbers) &&
         narrow_list(query.requesters, by.requesters) &&
         narrow_list(query.order_numbers, by.order_numbers) &&
         narrow_list(query.mailboxes, by.mailboxes);
}

bool is_from(const SearchWish& wish, const store::CaseRow& row) {
  if (wish.from.empty()) return true;
  const std::string who =
      text::fold(std::string(row.requester_name()) + "\n" + std::string(row.requester_kana()) +
                 "\n" + (wish.contact ? std::string(row.requester_address()) : std::string()));
  return std::any_of(wish.from.begin(), wish.from.end(),
                     [&](const std::string& part) { return who.find(part) != std::string::npos; });
}

}  // namespace madoguchi::service
