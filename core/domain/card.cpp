// SPDX-License-Identifier: Apache-2.0
#include "core/domain/card.h"

#include <algorithm>
#include <cstdio>

#include "core/domain/card_names.h"

namespace madoguchi::domain {
namespace {

constexpr std::size_t kMinCardDigits = 12;
constexpr std::size_t kMaxCardDigits = 19;
constexpr std::size_t kMaxDigitsOfName = 7;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == '-' || c == '_' || c == '.' || c == '/' || c == ':'; }

/// ISO/IEC 7812-1, annex B.
bool has_check_digit(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
    const int value = digits[i] - '0';
    sum += twice ? value * 2 - (value > 4 ? 9 : 0) : value;
  }
  return sum % 10 == 0;
}

bool looks_like_card_number(std::string_view text) {
  std::string run;
  const auto is_one = [&run] {
    return run.size() >= kMinCardDigits && run.size() <= kMaxCardDigits && has_check_digit(run);
  };
  for (const char c : text) {
    if (is_digit(c)) {
      run += c;
    } else if (!is_separator(c)) {
      if (is_one()) return true;
      run.clear();
    }
  }
  return is_one();
}

/// Digits of ASCII and full-width ones (U+FF10 to U+FF19: EF BC 90 to EF BC 99).
std::size_t digits_in(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool wide =
        byte >= 0x90 && byte <= 0x99 && i >= 2 && text[i - 1] == '\xBC' && text[i - 2] == '\xEF';
    if (is_digit(text[i]) || wide) ++count;
  }
  return count;
}

std::string show(const std::optional<CardExpiry>& expiry) { return expiry ? expiry->str() : ""; }
std::string show(const CardHolder& holder) { return holder.str(); }
std::string show(const LastDigits& digits) { return digits.str(); }
std::string show(CardBrand brand) { return std::string(enum_name(brand)); }
const auto kShow = [](const auto& value) { return show(value); };

Error part_fixed(const char* pointer) {
  Error error = Error::conflict(
      "card-part-fixed",
      {"The payment service does not let anybody change that. Register the card anew.",
       "決済サービスがこの項目の変更に対応していません。カードを登録し直してください。"});
  error.fields.push_back({pointer, error.message});
  return error;
}

}  // namespace

Result<CardToken> CardToken::parse(std::string_view text) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  if (text.empty() || text.size() > 200 || !printable) {
    return fail(Error::invalid("", {"A token has 1 to 200 printable ASCII characters.",
                                    "トークンは1〜200文字の半角文字です。"}));
  }
  if (looks_like_card_number(text)) {
    return fail(Error::invalid("", {"This looks like a card number, not like a token.",
                                    "トークンではなくカード番号のようです。"}));
  }
  return CardToken(Secret(std::string(text)));
}

Result<LastDigits> LastDigits::parse(std::string_view text) {
  const std::size_t last = text.find_last_not_of("0123456789");
  const std::string_view mask = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  const std::string_view digits = text.substr(mask.size());
  const bool masked = std::all_of(mask.begin(), mask.end(),
                                  [](char c) { return c == '*' || c == 'x' || c == 'X'; });
  if (!masked || mask.size() > kMaxCardDigits || digits.size() < 2 || digits.size() > 4) {
    return fail(Error::invalid("", {"Two to four digits, the last of the card.",
                                    "カード番号の下2〜4桁だけを指定してください。"}));
  }
  LastDigits parsed;
  parsed.text_ = std::string(digits);
  return parsed;
}

Result<CardExpiry> CardExpiry::parse(std::string_view text) {
  const bool shaped =
      text.size() == 7 && text[4] == '-' && std::count_if(text.begin(), text.end(), is_digit) == 6;
  CardExpiry expiry;
  if (shaped) {
    for (const char c : text.substr(0, 4)) expiry.year_ = expiry.year_ * 10 + (c - '0');
    for (const char c : text.substr(5)) expiry.month_ = expiry.month_ * 10 + (c - '0');
  }
  if (expiry.month_ < 1 || expiry.month_ > 12 || expiry.year_ < 1990 || expiry.year_ > 2200) {
    return fail(Error::invalid(
        "", {"Has to be a month, such as 2027-04.", "2027-04 のような年月で指定してください。"}));
  }
  return expiry;
}

std::string CardExpiry::str() const {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02d", year_, month_);
  return text;
}

bool CardExpiry::is_over(BusinessDate today) const { return today.str().substr(0, 7) > str(); }

Result<CardHolder> CardHolder::parse(std::string_view text) {
  if (text.size() > 100 || digits_in(text) > kMaxDigitsOfName) {
    return fail(Error::invalid("", {"A name of at most 100 bytes, no number.",
                                    "番号ではなく、100バイト以内の名義を入力してください。"}));
  }
  CardHolder holder;
  holder.text_ = std::string(text);
  return holder;
}

std::string Card::name() const { return show(brand) + " " + last_digits.str(); }

Result<Change> edit(Card& card, const CardEdit& edit, BusinessDate today) {
  Change change{"card.changed", {}};
  if (edit.expiry && card.expiry != *edit.expiry) {
    if (!card.editable.has(CardPart::expiry)) return fail(part_fixed("/expiry"));
    if (edit.expiry->is_over(today)) {
      return fail(Error::invalid("/expiry", {"Is over already.", "有効期限が切れています。"}));
    }
    change.set("expiry", card.expiry, std::optional(*edit.expiry), kShow);
  }
  if (edit.holder && card.holder != *edit.holder) {
    if (!card.editable.has(CardPart::holder)) return fail(part_fixed("/holder"));
    change.set("holder", card.holder, *edit.holder, kShow);
  }
  return change;
}

Change told(Card& card, const ToldCard& now) {
  Change change{"card.changed", {}};
  change.set("brand", card.brand, now.brand, kShow);
  change.set("last_digits", card.last_digits, now.last_digits, kShow);
  change.set("expiry", card.expiry, now.expiry, kShow);
  change.set("holder", card.holder, now.holder, kShow);
  card.editable = now.editable;
  return change;
}

Change creation(const Card& card) {
  Change change{"card.created",
                {{"account", "", card.account},
                 {"brand", "", show(card.brand)},
                 {"last_digits", "", card.last_digits.str()}}};
  if (card.expiry) change.fields.push_back({"expiry", "", card.expiry->str()});
  if (!card.holder.str().empty()) change.fields.push_back({"holder", "", card.holder.str()});
  return change;
}

CardActions allowed_actions(const Card& card, const Caller& caller) {
  CardActions actions;
  if (card.removed_at || !caller.may(Permission::customers_write)) return actions;
  if (!card.is_default) actions.add(CardAction::set_default);
  if (card.editable.has(CardPart::expiry)) actions.add(CardAction::edit_expiry);
  if (card.editable.has(CardPart::holder)) actions.add(CardAction::edit_holder);
  actions.add(CardAction::remove);
  return actions;
}

}  // namespace madoguchi::domain
