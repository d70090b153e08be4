// SPDX-License-Identifier: Apache-2.0
#include "core/store/customer_words.h"

#include <algorithm>

#include "core/text/bigrams.h"
#include "core/text/fold.h"

namespace madoguchi::store {
namespace {

// Characters of the private use area, which no text has and every tokenizer takes as letters.
constexpr std::string_view kNamesMark = "\xEE\x80\x81";
constexpr std::string_view kKanaMark = "\xEE\x80\x82";
constexpr std::string_view kPlacesMark = "\xEE\x80\x83";
constexpr std::string_view kLabelMark = "\xEE\x80\x84";
constexpr std::string_view kTagMark = "\xEE\x80\x85";
constexpr std::string_view kFiller = "\xEE\x80\x86";

std::string_view mark_of(CustomerText where) {
  switch (where) {
    case CustomerText::any:
      return {};
    case CustomerText::names:
      return kNamesMark;
    case CustomerText::kana:
      return kKanaMark;
    case CustomerText::places:
      return kPlacesMark;
  }
  return {};
}

/// "山田 太郎 山田太郎": found by each part and by both run together, however it was typed.
void add_name(std::string& out, const std::string& family, const std::string& given) {
  if (!out.empty()) out += '\n';
  out += family;
  if (!family.empty() && !given.empty()) out += " " + given + " " + family + given;
  if (family.empty()) out += given;
}

void add_line(std::string& out, std::string_view text) {
  if (text.empty()) return;
  if (!out.empty()) out += '\n';
  out += text;
}

void add_place(CustomerWords& words, const domain::PostalAddress& address) {
  add_line(words.places, address.line());
  if (const auto digits = domain::postal_digits(address.postal_code))
    add_line(words.places, *digits);
  add_line(words.names, address.name);
  add_line(words.names, address.company);
  add_line(words.kana, address.kana);
}

void add_phone(std::string& out, const std::string& text) {
  const Result<PhoneNumber> phone = PhoneNumber::parse(text);
  if (!phone) return;
  const std::string& key = phone->key();
  add_line(out, key + " " + key.substr(key.size() < 4 ? 0 : key.size() - 4));
}

/// One token, whatever the text holds: what would cut it becomes a filler.
std::string token_of(std::string_view mark, std::string_view text) {
  std::string token(mark);
  for (const char c : text) {
    const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    if (letter) {
      token += c;
    } else {
      token += kFiller;
    }
  }
  return token;
}

void add_marked(std::string& out, std::string_view mark, std::string_view text) {
  bool begins = true;
  for (const char c : text::bigrams(text)) {
    if (begins) out += (out.empty() ? "" : " ") + std::string(mark);
    begins = c == ' ';
    if (!begins) out += c;
  }
}

bool is_plain(const std::string& token) {
  return std::all_of(token.begin(), token.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void add_keys(CustomerKeys& keys, const domain::Customer& customer,
              const domain::PostalAddress& address) {
  if (const auto digits = domain::postal_digits(address.postal_code))
    keys.emplace("postal", *digits);
  const Result<PhoneNumber> phone = PhoneNumber::parse(address.phone);
  if (phone) keys.emplace("phone", phone->key());
  std::string identity = identity_of(customer, address);
  if (!identity.empty()) keys.emplace("identity", std::move(identity));
}

std::string squeezed(std::string_view folded) {
  std::string out;
  for (const char c : folded) {
    if (c != ' ' && c != '-') out += c;
  }
  return out;
}

}  // namespace

std::string CustomerWords::grams() const {
  std::string all;
  for (const std::string* one : {&names, &kana, &places, &others}) add_line(all, *one);
  std::string out = text::bigrams(all);
  add_marked(out, kNamesMark, names);
  add_marked(out, kKanaMark, kana);
  add_marked(out, kPlacesMark, places);
  if (!marks.empty()) out += (out.empty() ? "" : " ") + marks;
  return out;
}

CustomerWords words_of(const domain::Customer& customer,
                       const std::vector<domain::DeliveryAddress>& addresses) {
  CustomerWords words;
  add_name(words.names, customer.family_name, customer.given_name);
  add_name(words.kana, customer.family_name_kana, customer.given_name_kana);
  add_line(words.names, customer.company);
  add_line(words.others, customer.number());
  for (const domain::CustomerEmail& email : customer.emails) {
    add_line(words.others, email.address.str());
  }
  for (const domain::CustomerPhone& phone : customer.phones) {
    add_phone(words.others, phone.number.str());
  }
  for (const domain::ExternalId& one : customer.external_ids) {
    add_line(words.others, one.id);
    add_line(words.others, one.number);
  }
  if (customer.billing_address) {
    add_place(words, *customer.billing_address);
    add_phone(words.others, customer.billing_address->phone);
  }
  for (const domain::DeliveryAddress& one : addresses) {
    add_place(words, one.address);
    add_phone(words.others, one.address.phone);
  }
  for (std::string* one : {&words.names, &words.kana, &words.places, &words.others}) {
    *one = text::fold(*one);
  }
  for (const domain::MasterId& label : customer.labels) {
    words.marks += (words.marks.empty() ? "" : " ") + token_of(kLabelMark, label.str());
  }
  for (const std::string& tag : customer.tags) {
    words.marks += (words.marks.empty() ? "" : " ") + token_of(kTagMark, text::fold(tag));
  }
  return words;
}

CustomerNeed need_of(CustomerText where, std::string_view folded_word) {
  CustomerNeed need{where, std::string(folded_word), {}};
  for (std::string& token : text::query_tokens(folded_word)) {
    // Letters and digits are found by their beginning; the rest is held by the text itself.
    if (is_plain(token) && token.back() != '*') token += '*';
    need.tokens.push_back(std::string(mark_of(where)) + token);
  }
  return need;
}

CustomerNeed phone_need(const std::string& digits) {
  CustomerNeed need{CustomerText::any, digits, {}};
  const std::size_t plus = digits.find_first_not_of('+');
  if (plus != std::string::npos) need.tokens = {digits.substr(plus) + "*"};
  return need;
}

CustomerNeed label_need(const domain::MasterId& label) {
  return {CustomerText::any, "", {token_of(kLabelMark, label.str())}};
}

CustomerNeed tag_need(std::string_view tag) {
  return {CustomerText::any, "", {token_of(kTagMark, text::fold(tag))}};
}

CustomerKeys keys_of(const domain::Customer& customer,
                     const std::vector<domain::DeliveryAddress>& addresses) {
  CustomerKeys keys;
  for (const domain::CustomerPhone& phone : customer.phones) {
    keys.emplace("phone", phone.number.key());
  }
  for (const domain::ExternalId& one : customer.external_ids) {
    keys.emplace("external", one.id);
    if (!one.number.empty()) keys.emplace("external", one.number);
  }
  if (customer.billing_address) add_keys(keys, customer, *customer.billing_address);
  for (const domain::DeliveryAddress& one : addresses) add_keys(keys, customer, one.address);
  return keys;
}

std::string identity_of(const domain::Customer& customer, const domain::PostalAddress& address) {
  const std::string name =
      squeezed(text::fold(address.name.empty() ? customer.name() : address.name));
  const std::string where = squeezed(text::fold(address.city + address.street));
  if (name.empty() || where.empty()) return {};
  return name + "|" + domain::postal_digits(address.postal_code).value_or(address.prefecture) +
         "|" + where;
}

}  // namespace madoguchi::store
