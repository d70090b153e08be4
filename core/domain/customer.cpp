// SPDX-License-Identifier: Apache-2.0
#include "core/domain/customer.h"

#include <algorithm>

#include "core/domain/business_date.h"
#include "core/domain/customer_names.h"
#include "core/domain/object_number.h"

namespace madoguchi::domain {
namespace {

constexpr std::string_view kPrefix = "CU-";

std::string joined(const std::vector<std::string>& parts, const char* between = ", ") {
  std::string out;
  for (const std::string& part : parts) {
    if (!part.empty()) out += (out.empty() ? "" : between) + part;
  }
  return out;
}

std::string show(const std::string& text) { return text; }
std::string show(bool value) { return value ? "yes" : "no"; }
std::string show(std::int64_t value) { return std::to_string(value); }
std::string show(const std::vector<std::string>& list) { return joined(list); }
std::string show(const std::optional<TimePoint>& time) { return time ? to_rfc3339(*time) : ""; }
std::string show(Sex sex) { return std::string(enum_name(sex)); }
std::string show(const std::optional<Money>& money) {
  return money ? std::to_string(money->amount_minor) + " " + money->currency : "";
}
std::string show(const std::vector<MasterId>& ids) {
  std::vector<std::string> texts;
  for (const MasterId& id : ids) texts.push_back(id.str());
  return joined(texts);
}
std::string show(const std::vector<CustomerEmail>& emails) {
  std::vector<std::string> texts;
  for (const CustomerEmail& email : emails) {
    texts.push_back(email.address.str() + (email.preferred ? " (preferred)" : "") +
                    (email.newsletter ? " (newsletter)" : ""));
  }
  return joined(texts);
}
std::string show(const std::vector<CustomerPhone>& phones) {
  std::vector<std::string> texts;
  for (const CustomerPhone& phone : phones) {
    texts.push_back(phone.number.str() + " (" + std::string(enum_name(phone.kind)) +
                    (phone.preferred ? ", preferred)" : ")"));
  }
  return joined(texts);
}
std::string show(const std::vector<ExternalId>& ids) {
  std::vector<std::string> texts;
  for (const ExternalId& one : ids) {
    texts.push_back(one.account + ":" + one.id +
                    (one.number.empty() ? "" : " (" + one.number + ")"));
  }
  return joined(texts);
}
std::string show(const std::optional<PostalAddress>& address) {
  if (!address) return "";
  return joined({address->line(), address->company, address->name, address->kana, address->phone},
                " / ");
}

const auto kShow = [](const auto& value) { return show(value); };

template <class T, class Same>
bool twice(const std::vector<T>& list, Same&& same, std::size_t& where) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (same(list[i], list[j])) return where = i, true;
    }
  }
  return false;
}

template <class T>
void without_repeats(std::vector<T>& list) {
  std::vector<T> out;
  for (T& one : list) {
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(std::move(one));
  }
  list = std::move(out);
}

/// One of them is preferred, the first when nobody said which; false when several are.
template <class T>
bool prefer_one(std::vector<T>& list) {
  const auto preferred =
      std::count_if(list.begin(), list.end(), [](const T& one) { return one.preferred; });
  if (preferred == 0 && !list.empty()) list.front().preferred = true;
  return preferred <= 1;
}

Result<void> check_lists(Customer& customer) {
  const Text one{"Only one can be preferred.", "優先できるのは1件だけです。"};
  const Text again{"Stands here twice.", "重複しています。"};
  if (!prefer_one(customer.emails)) return fail(Error::invalid("/emails", one));
  if (!prefer_one(customer.phones)) return fail(Error::invalid("/phones", one));
  std::size_t at = 0;
  const auto same_address = [](const CustomerEmail& a, const CustomerEmail& b) {
    return a.address == b.address;
  };
  if (twice(customer.emails, same_address, at)) {
    return fail(Error::invalid("/emails/" + std::to_string(at) + "/address", again));
  }
  const auto same_number = [](const CustomerPhone& a, const CustomerPhone& b) {
    return a.number == b.number && a.kind == b.kind;
  };
  if (twice(customer.phones, same_number, at)) {
    return fail(Error::invalid("/phones/" + std::to_string(at) + "/number", again));
  }
  const auto same_id = [](const ExternalId& a, const ExternalId& b) {
    return a.account == b.account && a.id == b.id;
  };
  if (twice(customer.external_ids, same_id, at)) {
    return fail(Error::invalid("/external_ids/" + std::to_string(at) + "/id", again));
  }
  without_repeats(customer.labels);
  without_repeats(customer.tags);
  without_repeats(customer.blacklist_reasons);
  return {};
}

bool is_word(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

/// RFC 5646, as far as its shape goes: "ja", "zh-Hant-TW".
bool is_language(std::string_view text) {
  bool first = true;
  while (true) {
    const std::size_t end = text.find('-');
    if (!is_word(text.substr(0, end), first ? 2 : 1, first ? 3 : 8)) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
    first = false;
  }
}

/// "UTC" or "Area/City" of the IANA database, as far as its shape goes.
bool is_time_zone(std::string_view text) {
  if (text == "UTC") return true;
  if (text.size() > 60 || text.find('/') == std::string_view::npos) return false;
  const bool known = std::all_of(text.begin(), text.end(), [](char c) {
    return is_word(std::string_view(&c, 1), 1, 1) || c == '/' || c == '_' || c == '-' || c == '+';
  });
  return known && text.front() != '/' && text.back() != '/';
}

Result<void> check_texts(const Customer& customer) {
  if (!customer.birthday.empty() && !is_birthday(customer.birthday)) {
    return fail(Error::invalid("/birthday", {"Has to be a day, such as 1980-04-01.",
                                             "1980-04-01 のような日付で指定してください。"}));
  }
  if (!customer.language.empty() && !is_language(customer.language)) {
    return fail(Error::invalid("/language", {"Has to be a language tag, such as ja or en.",
                                             "ja や en のような言語タグで指定してください。"}));
  }
  if (!customer.time_zone.empty() && !is_time_zone(customer.time_zone)) {
    return fail(
        Error::invalid("/time_zone", {"Has to be a time zone, such as Asia/Tokyo.",
                                      "Asia/Tokyo のようなタイムゾーンで指定してください。"}));
  }
  if (!customer.blacklisted && !customer.blacklist_reasons.empty()) {
    return fail(Error::invalid("/blacklist_reasons",
                               {"Reasons stand only with blacklisted: true.",
                                "理由はブラックリストが「はい」のときだけ指定できます。"}));
  }
  return {};
}

}  // namespace

std::string customer_number(std::int64_t sequence) { return object_number(kPrefix, sequence); }

std::optional<std::int64_t> parse_customer_number(std::string_view number) {
  return parse_object_number(kPrefix, number);
}

std::string Customer::number() const { return customer_number(sequence); }

std::string Customer::name() const {
  const std::string name = joined({family_name, given_name}, " ");
  return name.empty() ? company : name;
}

std::string Customer::kana() const { return joined({family_name_kana, given_name_kana}, " "); }

CustomerActions allowed_actions(const Customer& customer, const Caller& caller) {
  CustomerActions actions;
  if (customer.erased_at) return actions;
  if (customer.merged_into) {
    if (caller.may(Permission::customers_merge)) actions.add(CustomerAction::unmerge);
    return actions;
  }
  if (caller.may(Permission::customers_write)) {
    actions.add(CustomerAction::edit);
    actions.add(CustomerAction::write_memo);
  }
  if (caller.may(Permission::customers_merge)) actions.add(CustomerAction::merge);
  if (caller.may(Permission::privacy_manage)) {
    actions.add(CustomerAction::export_);
    actions.add(CustomerAction::erase);
  }
  return actions;
}

bool is_birthday(std::string_view text) {
  return text >= "1900" && BusinessDate::parse(text).has_value();
}

Result<Customer> checked(Customer customer) {
  if (customer.name().empty() && customer.kana().empty() && customer.emails.empty() &&
      customer.phones.empty()) {
    return fail(Error::invalid(
        "/family_name", {"Give a name, a company, a mail address or a telephone number.",
                         "名前、会社名、メールアドレス、電話番号のいずれかを入力してください。"}));
  }
  if (Result<void> good = check_lists(customer); !good) return fail(good.error());
  if (Result<void> good = check_texts(customer); !good) return fail(good.error());
  if (customer.billing_address) {
    Result<PostalAddress> address =
        normalised(std::move(*customer.billing_address), "/billing_address");
    if (!address) return fail(std::move(address.error()));
    customer.billing_address = std::move(*address);
  }
  return customer;
}

Change become(Customer& customer, const Customer& wanted, const char* event) {
  Change change{event, {}};
  const auto set = [&](const char* field, auto Customer::*member) {
    change.set(field, customer.*member, wanted.*member, kShow);
  };
  set("family_name", &Customer::family_name);
  set("given_name", &Customer::given_name);
  set("family_name_kana", &Customer::family_name_kana);
  set("given_name_kana", &Customer::given_name_kana);
  set("company", &Customer::company);
  set("emails", &Customer::emails);
  set("phones", &Customer::phones);
  set("external_ids", &Customer::external_ids);
  set("billing_address", &Customer::billing_address);
  set("labels", &Customer::labels);
  set("tags", &Customer::tags);
  set("blacklisted", &Customer::blacklisted);
  set("blacklist_reasons", &Customer::blacklist_reasons);
  set("language", &Customer::language);
  set("time_zone", &Customer::time_zone);
  set("birthday", &Customer::birthday);
  set("sex", &Customer::sex);
  ShopStanding& standing = customer.standing;
  change.set("rank", standing.rank, wanted.standing.rank, kShow);
  change.set("points", standing.points, wanted.standing.points, kShow);
  change.set("purchase_count", standing.purchase_count, wanted.standing.purchase_count, kShow);
  change.set("purchase_total", standing.purchase_total, wanted.standing.purchase_total, kShow);
  change.set("last_order_at", standing.last_order_at, wanted.standing.last_order_at, kShow);
  return change;
}

}  // namespace madoguchi::domain
