// SPDX-License-Identifier: Apache-2.0
#include "core/service/customer_wishes.h"

#include <algorithm>

#include "core/service/unit_of_work.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using store::CustomerAnyOf;
using store::CustomerNeed;
using store::CustomerText;

constexpr std::size_t kMaxWords = 10;
/// From so many digits on a telephone number is looked up whole.
constexpr std::size_t kWholeNumber = 9;

std::vector<std::string> words_in(std::string_view typed) {
  std::vector<std::string> words;
  const std::string folded = text::fold(text::one_line(typed));
  for (std::size_t begin = 0; begin < folded.size() && words.size() < kMaxWords;) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    if (end > begin) words.push_back(folded.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

/// Every word of what was typed stands in that text; empty when there is nothing to look for.
std::vector<CustomerNeed> needs_of(CustomerText where, std::string_view typed) {
  std::vector<CustomerNeed> needs;
  for (const std::string& word : words_in(typed)) {
    CustomerNeed need = store::need_of(where, word);
    if (!need.tokens.empty()) needs.push_back(std::move(need));
  }
  return needs;
}

void add_texts(store::CustomerQuery& query, CustomerText where,
               const std::vector<std::string>& values) {
  if (values.empty()) return;
  CustomerAnyOf any;
  for (const std::string& typed : values) {
    std::vector<CustomerNeed> needs = needs_of(where, typed);
    if (!needs.empty()) any.push_back(std::move(needs));
  }
  if (any.empty()) query.by_number = true;  // nothing can match
  if (!any.empty()) query.texts.push_back(std::move(any));
}

void add_phones(store::CustomerQuery& query, const std::vector<std::string>& values) {
  if (values.empty()) return;
  std::vector<std::string> keys;
  for (const std::string& typed : values) {
    const Result<PhoneNumber> phone = PhoneNumber::parse(typed);
    keys.push_back(phone ? phone->key() : typed);
  }
  const bool whole = std::all_of(keys.begin(), keys.end(),
                                 [](const auto& key) { return key.size() >= kWholeNumber; });
  if (whole) {
    query.keys.emplace_back("phone", std::move(keys));
    return;
  }
  CustomerAnyOf any;
  for (const std::string& key : keys) {
    if (!key.empty()) any.push_back({store::phone_need(key)});
  }
  query.texts.push_back(std::move(any));
}

void add_box(store::CustomerQuery& query, const std::string& typed, bool contact) {
  const std::vector<std::string> words = words_in(typed);
  const Result<PhoneNumber> phone = PhoneNumber::parse(text::one_line(typed));
  if (phone && contact && words.size() > 1) {
    query.texts.push_back({{store::phone_need(phone->key())}});
    return;
  }
  bool anything = false;
  for (const std::string& word : words) {
    CustomerAnyOf any = any_text_of(word, contact);
    if (any.empty()) continue;
    query.texts.push_back(std::move(any));
    anything = true;
  }
  if (!anything) query.by_number = true;
}

Result<void> set_line(std::string& target, const std::optional<std::string>& wish,
                      const char* pointer) {
  if (!wish) return {};
  if (Result<void> clean = refuse_card_numbers(*wish, pointer); !clean) return clean;
  target = text::one_line(*wish);
  return {};
}

Result<void> set_names(domain::Customer& customer, const CustomerPatchDto& wish) {
  const std::pair<std::string*, const std::optional<std::string>*> lines[] = {
      {&customer.family_name, &wish.family_name},
      {&customer.given_name, &wish.given_name},
      {&customer.family_name_kana, &wish.family_name_kana},
      {&customer.given_name_kana, &wish.given_name_kana},
      {&customer.company, &wish.company},
      {&customer.standing.rank, &wish.rank}};
  const char* const pointers[] = {"/family_name",     "/given_name", "/family_name_kana",
                                  "/given_name_kana", "/company",    "/rank"};
  for (std::size_t i = 0; i < std::size(lines); ++i) {
    if (Result<void> set = set_line(*lines[i].first, *lines[i].second, pointers[i]); !set)
      return set;
  }
  return {};
}

Result<void> set_lists(domain::Customer& customer, const CustomerPatchDto& wish,
                       const DirectoryView& directory) {
  if (wish.emails) customer.emails = *wish.emails;
  if (wish.phones) {
    customer.phones = *wish.phones;
    for (std::size_t i = 0; i < customer.phones.size(); ++i) {
      const Result<void> clean = refuse_card_numbers(customer.phones[i].number.str(),
                                                     "/phones/" + std::to_string(i) + "/number");
      if (!clean) return clean;
    }
  }
  if (wish.external_ids) {
    customer.external_ids = *wish.external_ids;
    for (std::size_t i = 0; i < customer.external_ids.size(); ++i) {
      const domain::ExternalId& one = customer.external_ids[i];
      const Result<void> clean = refuse_card_numbers(one.id + "\n" + one.number,
                                                     "/external_ids/" + std::to_string(i) + "/id");
      if (!clean) return clean;
    }
  }
  if (wish.tags) {
    customer.tags.clear();
    for (std::size_t i = 0; i < wish.tags->size(); ++i) {
      const std::string pointer = "/tags/" + std::to_string(i);
      if (Result<void> clean = refuse_card_numbers((*wish.tags)[i], pointer); !clean) return clean;
      std::string tag = text::one_line((*wish.tags)[i]);
      if (tag.empty() || tag.size() > 200) {
        return fail(Error::invalid(
            pointer, {"A tag has 1 to 200 bytes.", "タグは1〜200バイトで入力してください。"}));
      }
      customer.tags.push_back(std::move(tag));
    }
  }
  if (wish.labels) {
    const Result<void> set = set_entries(customer.labels, domain::MasterKind::customer_label,
                                         *wish.labels, "/labels", directory);
    if (!set) return set;
  }
  if (wish.blacklisted) {
    customer.blacklisted = *wish.blacklisted;
    if (!customer.blacklisted) customer.blacklist_reasons.clear();
  }
  if (!wish.blacklist_reasons) return {};
  return set_entries(customer.blacklist_reasons, domain::MasterKind::blacklist_reason,
                     *wish.blacklist_reasons, "/blacklist_reasons", directory);
}

}  // namespace

CustomerAnyOf any_text_of(const std::string& folded, bool contact) {
  CustomerAnyOf any;
  if (!contact) {
    for (const CustomerText where : {CustomerText::names, CustomerText::kana}) {
      CustomerNeed need = store::need_of(where, folded);
      if (!need.tokens.empty()) any.push_back({std::move(need)});
    }
    return any;
  }
  CustomerNeed plain = store::need_of(CustomerText::any, folded);
  if (!plain.tokens.empty()) any.push_back({std::move(plain)});
  const Result<PhoneNumber> phone = PhoneNumber::parse(folded);
  if (phone) any.push_back({store::phone_need(phone->key())});
  return any;
}

const domain::MasterEntry* entry_of(domain::MasterKind kind, const std::string& text,
                                    const DirectoryView& directory) {
  const domain::MasterEntry* by_id = directory.master_entry(text);
  if (by_id != nullptr && by_id->kind == kind) return by_id;
  for (const domain::MasterEntry& one : directory.master_data()) {
    if (one.kind == kind && one.name == text) return &one;
  }
  return nullptr;
}

Result<void> set_entries(std::vector<domain::MasterId>& target, domain::MasterKind kind,
                         const std::vector<std::string>& wish, const std::string& pointer,
                         const DirectoryView& directory) {
  std::vector<domain::MasterId> ids;
  for (std::size_t i = 0; i < wish.size(); ++i) {
    const domain::MasterEntry* entry = entry_of(kind, wish[i], directory);
    const bool had =
        entry != nullptr && std::find(target.begin(), target.end(), entry->id) != target.end();
    if (entry == nullptr || (entry->archived && !had)) {
      return fail(Error::invalid(
          pointer + "/" + std::to_string(i),
          {"There is no such entry in the settings.", "その項目は設定にありません。"}));
    }
    ids.push_back(entry->id);
  }
  target = std::move(ids);
  return {};
}

store::CustomerQuery query_of(const CustomerFilter& filter, const domain::Caller& caller,
                              const DirectoryView& directory) {
  store::CustomerQuery query;
  for (const std::string& typed : filter.numbers) {
    query.by_number = true;
    std::string number = text::fold(text::one_line(typed));
    for (char& c : number) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (const auto sequence = domain::parse_customer_number(number)) {
      query.sequences.push_back(*sequence);
    }
  }
  for (const std::string& typed : filter.emails) {
    const Result<EmailAddress> address = EmailAddress::parse(typed);
    query.email_keys.push_back(address ? address->key() : typed);
  }
  add_phones(query, filter.phones);
  if (!filter.postal_codes.empty()) {
    std::vector<std::string> keys;
    for (const std::string& typed : filter.postal_codes) {
      keys.push_back(domain::postal_digits(typed).value_or(typed));
    }
    query.keys.emplace_back("postal", std::move(keys));
  }
  if (!filter.external_ids.empty()) query.keys.emplace_back("external", filter.external_ids);
  query.birthdays = filter.birthdays;
  query.order_numbers = filter.order_numbers;
  query.subscription_numbers = filter.subscription_numbers;
  add_texts(query, CustomerText::names, filter.names);
  add_texts(query, CustomerText::kana, filter.kana);
  add_texts(query, CustomerText::places, filter.addresses);
  if (!filter.labels.empty()) {
    CustomerAnyOf any;
    for (const std::string& label : filter.labels) {
      const auto* entry = entry_of(domain::MasterKind::customer_label, label, directory);
      any.push_back({store::label_need(entry != nullptr ? entry->id : domain::MasterId(label))});
    }
    query.texts.push_back(std::move(any));
  }
  if (!filter.tags.empty()) {
    CustomerAnyOf any;
    for (const std::string& tag : filter.tags) any.push_back({store::tag_need(tag)});
    query.texts.push_back(std::move(any));
  }
  query.blacklisted = filter.blacklisted;
  if (filter.q) {
    add_box(query, *filter.q, caller.may(domain::Permission::customers_contact_read));
  }
  query.limit = filter.limit;
  return query;
}

Result<domain::Customer> with_wishes(domain::Customer customer, const CustomerPatchDto& wish,
                                     const DirectoryView& directory) {
  if (Result<void> set = set_names(customer, wish); !set) return fail(set.error());
  if (Result<void> set = set_lists(customer, wish, directory); !set) return fail(set.error());
  if (wish.billing_address.given()) {
    customer.billing_address = wish.billing_address.value();
    if (customer.billing_address) {
      const Result<void> clean =
          refuse_card_numbers_in(*customer.billing_address, "/billing_address");
      if (!clean) return fail(clean.error());
    }
  }
  customer.language = wish.language.value_or(customer.language);
  customer.time_zone = wish.time_zone.value_or(customer.time_zone);
  if (wish.birthday.given()) customer.birthday = wish.birthday.value().value_or("");
  customer.sex = wish.sex.value_or(customer.sex);
  customer.standing.points = wish.points.value_or(customer.standing.points);
  customer.standing.purchase_count = wish.purchase_count.value_or(customer.standing.purchase_count);
  wish.purchase_total.apply_to(customer.standing.purchase_total);
  wish.last_order_at.apply_to(customer.standing.last_order_at);
  return domain::checked(std::move(customer));
}

NameParts name_parts(std::string_view name) {
  constexpr std::string_view kWideSpace = "　";
  const std::string line = text::one_line(name);
  const std::size_t plain = line.find(' ');
  const std::size_t wide = line.find(kWideSpace);
  const std::size_t end = std::min(plain, wide);
  if (end == std::string::npos) return {line, ""};
  const std::size_t width = end == wide ? kWideSpace.size() : 1;
  return {line.substr(0, end), text::one_line(line.substr(end + width))};
}

Result<void> refuse_card_numbers_in(const domain::PostalAddress& address,
                                    const std::string& pointer) {
  std::string all;
  for (const std::string* part :
       {&address.name, &address.kana, &address.company, &address.postal_code, &address.prefecture,
        &address.city, &address.street, &address.building, &address.phone}) {
    all += *part + "\n\n";
  }
  return refuse_card_numbers(all, pointer);
}

Result<std::vector<domain::MasterId>> relabelled(std::vector<domain::MasterId> labels,
                                                 const std::vector<std::string>& add,
                                                 const std::vector<std::string>& remove,
                                                 const DirectoryView& directory) {
  for (const std::string& name : remove) {
    const auto* entry = entry_of(domain::MasterKind::customer_label, name, directory);
    if (entry != nullptr) std::erase(labels, entry->id);
  }
  std::vector<domain::MasterId> more;
  Result<void> set =
      set_entries(more, domain::MasterKind::customer_label, add, "/add_labels", directory);
  if (!set) return fail(std::move(set.error()));
  for (const domain::MasterId& id : more) {
    if (std::find(labels.begin(), labels.end(), id) == labels.end()) labels.push_back(id);
  }
  return labels;
}

Result<void> check_labels(const std::vector<std::string>& add,
                          const std::vector<std::string>& remove, const DirectoryView& directory) {
  for (const auto& one : {std::pair(&add, "/add_labels"), std::pair(&remove, "/remove_labels")}) {
    std::vector<domain::MasterId> labels;
    Result<void> known =
        set_entries(labels, domain::MasterKind::customer_label, *one.first, one.second, directory);
    if (!known) return known;
  }
  return {};
}

}  // namespace madoguchi::service
