// SPDX-License-Identifier: Apache-2.0
#include "core/domain/postal_address.h"

#include <algorithm>

#include "core/base/phone_number.h"

namespace madoguchi::domain {
namespace {

constexpr std::array<Prefecture, 47> kPrefectures = {{
    {"北海道", "Hokkaido"},    {"青森県", "Aomori"},     {"岩手県", "Iwate"},
    {"宮城県", "Miyagi"},      {"秋田県", "Akita"},      {"山形県", "Yamagata"},
    {"福島県", "Fukushima"},   {"茨城県", "Ibaraki"},    {"栃木県", "Tochigi"},
    {"群馬県", "Gunma"},       {"埼玉県", "Saitama"},    {"千葉県", "Chiba"},
    {"東京都", "Tokyo"},       {"神奈川県", "Kanagawa"}, {"新潟県", "Niigata"},
    {"富山県", "Toyama"},      {"石川県", "Ishikawa"},   {"福井県", "Fukui"},
    {"山梨県", "Yamanashi"},   {"長野県", "Nagano"},     {"岐阜県", "Gifu"},
    {"静岡県", "Shizuoka"},    {"愛知県", "Aichi"},      {"三重県", "Mie"},
    {"滋賀県", "Shiga"},       {"京都府", "Kyoto"},      {"大阪府", "Osaka"},
    {"兵庫県", "Hyogo"},       {"奈良県", "Nara"},       {"和歌山県", "Wakayama"},
    {"鳥取県", "Tottori"},     {"島根県", "Shimane"},    {"岡山県", "Okayama"},
    {"広島県", "Hiroshima"},   {"山口県", "Yamaguchi"},  {"徳島県", "Tokushima"},
    {"香川県", "Kagawa"},      {"愛媛県", "Ehime"},      {"高知県", "Kochi"},
    {"福岡県", "Fukuoka"},     {"佐賀県", "Saga"},       {"長崎県", "Nagasaki"},
    {"熊本県", "Kumamoto"},    {"大分県", "Oita"},       {"宮崎県", "Miyazaki"},
    {"鹿児島県", "Kagoshima"}, {"沖縄県", "Okinawa"},
}};

constexpr std::size_t kKanji = 3;  // bytes in UTF-8

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

/// 東京 of 東京都; 北海道 keeps its last character, 北海 is no name for it.
std::string_view without_suffix(std::string_view name) {
  return name == "北海道" ? name : name.substr(0, name.size() - kKanji);
}

Error wrong(const std::string& pointer, const char* member, Text message) {
  return Error::invalid(pointer + member, std::move(message));
}

Result<void> normalise_country(PostalAddress& address, const std::string& pointer) {
  if (address.country.empty()) address.country = "JP";
  for (char& c : address.country) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  const bool letters = std::all_of(address.country.begin(), address.country.end(),
                                   [](char c) { return c >= 'A' && c <= 'Z'; });
  if (letters && address.country.size() == 2) return {};
  return fail(wrong(pointer, "/country",
                    {"Use two letters, such as JP.", "JP のような2文字で指定してください。"}));
}

Result<void> normalise_japan(PostalAddress& address, const std::string& pointer) {
  if (!address.postal_code.empty()) {
    const std::optional<std::string> digits = postal_digits(address.postal_code);
    if (!digits) {
      return fail(wrong(
          pointer, "/postal_code",
          {"A Japanese postal code has seven digits.", "郵便番号は7桁の数字で指定してください。"}));
    }
    address.postal_code = digits->substr(0, 3) + "-" + digits->substr(3);
  }
  if (!address.prefecture.empty()) {
    const Prefecture* prefecture = find_prefecture(address.prefecture);
    if (prefecture == nullptr) {
      return fail(wrong(pointer, "/prefecture",
                        {"There is no such prefecture.", "その都道府県はありません。"}));
    }
    address.prefecture = prefecture->name;
  }
  return {};
}

}  // namespace

const std::array<Prefecture, 47>& prefectures() { return kPrefectures; }

const Prefecture* find_prefecture(std::string_view text) {
  for (std::size_t i = 0; i < kPrefectures.size(); ++i) {
    const Prefecture& one = kPrefectures[i];
    const std::string code = (i < 9 ? "0" : "") + std::to_string(i + 1);
    if (text == one.name || text == without_suffix(one.name) || text == code ||
        equal_without_case(text, one.latin)) {
      return &one;
    }
  }
  return nullptr;
}

std::optional<std::string> postal_digits(std::string_view text) {
  constexpr std::string_view kMark = "〒";
  if (text.substr(0, kMark.size()) == kMark) text.remove_prefix(kMark.size());
  const Result<PhoneNumber> digits = PhoneNumber::parse(text);  // reads digits of any width
  if (!digits || digits->key().size() != 7 || digits->key().front() == '+') return std::nullopt;
  return digits->key();
}

std::string PostalAddress::line() const {
  std::string out = postal_code.empty() ? "" : (country == "JP" ? "〒" : "") + postal_code + " ";
  for (const std::string* part : {&prefecture, &city, &street}) out += *part;
  if (!building.empty()) out += " " + building;
  if (country != "JP") out += " " + country;
  return out;
}

Result<PostalAddress> normalised(PostalAddress address, const std::string& pointer) {
  if (Result<void> done = normalise_country(address, pointer); !done) return fail(done.error());
  if (address.country == "JP") {
    if (Result<void> done = normalise_japan(address, pointer); !done) return fail(done.error());
  }
  if (!address.phone.empty()) {
    const Result<PhoneNumber> phone = PhoneNumber::parse(address.phone);
    if (!phone) return fail(wrong(pointer, "/phone", phone.error().fields.front().message));
  }
  return address;
}

}  // namespace madoguchi::domain
