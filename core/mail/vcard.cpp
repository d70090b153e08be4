// SPDX-License-Identifier: Apache-2.0
#include "core/mail/vcard.h"

#include <algorithm>

#include "core/mail/ascii.h"
#include "core/mail/calendar_lines.h"

namespace madoguchi::mail {
namespace {

struct Card {
  std::string shown_name;
  std::string parts_of_name;
  std::string organisation;
  std::vector<std::string> addresses;
  std::vector<std::string> numbers;

  [[nodiscard]] bool empty() const {
    return shown_name.empty() && parts_of_name.empty() && organisation.empty() &&
           addresses.empty() && numbers.empty();
  }
};

/// "family;given;…" and "company;department" with the first `count` of their parts.
std::string parts(std::string_view value, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count && !value.empty(); ++i) {
    std::size_t end = 0;
    while (end < value.size() && value[end] != ';') end += value[end] == '\\' ? 2U : 1U;
    end = std::min(end, value.size());
    const std::string part = shown_value(value.substr(0, end));
    if (!part.empty()) out += (out.empty() ? "" : " ") + part;
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return out;
}

void add(std::vector<std::string>& list, std::string value) {
  constexpr std::size_t kMost = 10;
  if (!value.empty() && list.size() < kMost) list.push_back(std::move(value));
}

void take(Card& card, const ContentLine& line) {
  if (line.name == "FN") {
    card.shown_name = shown_value(line.value);
  } else if (line.name == "N") {
    card.parts_of_name = parts(line.value, 2);
  } else if (line.name == "ORG") {
    card.organisation = parts(line.value, 3);
  } else if (line.name == "EMAIL") {
    add(card.addresses, shown_value(line.value));
  } else if (line.name == "TEL") {
    std::string number = shown_value(line.value);
    if (istarts_with(number, "tel:")) number.erase(0, 4);
    add(card.numbers, std::move(number));
  }
}

std::string text_of(const Card& card) {
  const std::string& name = card.shown_name.empty() ? card.parts_of_name : card.shown_name;
  std::string out = "[連絡先 / Contact] " + (name.empty() ? card.organisation : name) + "\n";
  if (!name.empty() && !card.organisation.empty())
    out += "会社 / Organisation: " + card.organisation + "\n";
  for (const std::string& address : card.addresses) out += "メール / Mail: " + address + "\n";
  for (const std::string& number : card.numbers) out += "電話 / Phone: " + number + "\n";
  return out;
}

}  // namespace

std::string vcard_text(std::string_view source) {
  constexpr std::size_t kMostCards = 20;
  std::string out;
  std::optional<Card> card;
  std::size_t count = 0;
  const auto finish = [&] {
    if (card && !card->empty()) out += (out.empty() ? "" : "\n") + text_of(*card);
    card.reset();
  };
  ContentLines lines(source);
  while (std::optional<ContentLine> line = lines.next()) {
    const bool of_card =
        (line->name == "BEGIN" || line->name == "END") && iequals(trim(line->value), "vcard");
    if (of_card) {
      finish();
      if (line->name == "BEGIN" && ++count > kMostCards) break;
      if (line->name == "BEGIN") card.emplace();
    } else if (card) {
      take(*card, *line);
    }
  }
  finish();
  return out;
}

}  // namespace madoguchi::mail
