// SPDX-License-Identifier: Apache-2.0
#include "core/domain/customer_merge.h"

#include <algorithm>

namespace madoguchi::domain {
namespace {

// Whether two entries of a list mean the same, whatever else they say.
bool same(const CustomerEmail& a, const CustomerEmail& b) { return a.address == b.address; }
bool same(const CustomerPhone& a, const CustomerPhone& b) { return a.number == b.number; }
bool same(const ExternalId& a, const ExternalId& b) {
  return a.account == b.account && a.id == b.id;
}
bool same(const MasterId& a, const MasterId& b) { return a == b; }
bool same(const std::string& a, const std::string& b) { return a == b; }

template <class T>
bool has(const std::vector<T>& list, const T& value) {
  return std::any_of(list.begin(), list.end(), [&](const T& one) { return same(one, value); });
}

template <class T>
void add_missing(std::vector<T>& list, const std::vector<T>& more) {
  const bool first = list.empty();
  for (T one : more) {
    if (has(list, one)) continue;
    if constexpr (requires { one.preferred; }) one.preferred = first && one.preferred;
    list.push_back(std::move(one));
  }
}

template <class T>
void take_back(std::vector<T>& now, const std::vector<T>& before, const std::vector<T>& after) {
  if (now == after) {
    now = before;
    return;
  }
  now.erase(std::remove_if(now.begin(), now.end(),
                           [&](const T& one) { return has(after, one) && !has(before, one); }),
            now.end());
}

/// The members that are one value; the names of who is called somehow go together.
template <class Each>
void for_each_value(Each&& each) {
  each("company", &Customer::company);
  each("billing_address", &Customer::billing_address);
  each("language", &Customer::language);
  each("time_zone", &Customer::time_zone);
  each("birthday", &Customer::birthday);
}

bool is_empty(const std::string& value) { return value.empty(); }
bool is_empty(const std::optional<PostalAddress>& value) { return !value; }

std::string show(const std::string& value) { return value; }
std::string show(const std::optional<PostalAddress>& value) { return value ? value->line() : ""; }

}  // namespace

Customer merged(Customer target, const Customer& source) {
  if (target.family_name.empty() && target.given_name.empty()) {
    target.family_name = source.family_name;
    target.given_name = source.given_name;
  }
  if (target.family_name_kana.empty() && target.given_name_kana.empty()) {
    target.family_name_kana = source.family_name_kana;
    target.given_name_kana = source.given_name_kana;
  }
  for_each_value([&](const char*, auto member) {
    if (is_empty(target.*member)) target.*member = source.*member;
  });
  if (target.sex == Sex::unknown) target.sex = source.sex;
  if (target.standing == ShopStanding{}) target.standing = source.standing;
  add_missing(target.emails, source.emails);
  add_missing(target.phones, source.phones);
  add_missing(target.external_ids, source.external_ids);
  add_missing(target.labels, source.labels);
  add_missing(target.tags, source.tags);
  target.blacklisted = target.blacklisted || source.blacklisted;
  add_missing(target.blacklist_reasons, source.blacklist_reasons);
  return target;
}

std::vector<FieldChange> not_taken(const Customer& target, const Customer& source) {
  std::vector<FieldChange> lost;
  const auto add = [&](const char* field, const std::string& from, const std::string& to) {
    if (!from.empty() && from != to) lost.push_back({field, from, to});
  };
  add("name", source.name(), target.name());
  add("kana", source.kana(), target.kana());
  for_each_value([&](const char* field, auto member) {
    add(field, show(source.*member), show(target.*member));
  });
  add("rank", source.standing.rank, target.standing.rank);
  const auto points = [](const Customer& one) {
    return one.standing.points == 0 ? "" : std::to_string(one.standing.points);
  };
  add("points", points(source), points(target));
  return lost;
}

Customer unmerged(Customer now, const Customer& before, const Customer& after) {
  const auto value = [&](auto member) {
    if (now.*member == after.*member) now.*member = before.*member;
  };
  value(&Customer::family_name);
  value(&Customer::given_name);
  value(&Customer::family_name_kana);
  value(&Customer::given_name_kana);
  for_each_value([&](const char*, auto member) { value(member); });
  value(&Customer::sex);
  value(&Customer::standing);
  value(&Customer::blacklisted);
  take_back(now.emails, before.emails, after.emails);
  take_back(now.phones, before.phones, after.phones);
  take_back(now.external_ids, before.external_ids, after.external_ids);
  take_back(now.labels, before.labels, after.labels);
  take_back(now.tags, before.tags, after.tags);
  take_back(now.blacklist_reasons, before.blacklist_reasons, after.blacklist_reasons);
  if (!now.blacklisted) now.blacklist_reasons.clear();
  return now;
}

}  // namespace madoguchi::domain
