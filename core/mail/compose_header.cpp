// SPDX-License-Identifier: Apache-2.0
#include "core/mail/compose_header.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/crypto/encoding.h"
#include "core/mail/iso_2022_jp.h"
#include "core/text/percent.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kLine = 78;
constexpr std::size_t kEncodedLine = 76;  // RFC 2047, 2: lines with encoded-words
constexpr std::size_t kEncodedWord = 75;
constexpr std::string_view kPrefix = "=?UTF-8?B?";
constexpr std::string_view kSuffix = "?=";

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool is_atom_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// Whether each word can stand on a line of its own and none looks like an encoded-word.
bool can_stay_plain(std::string_view text) {
  if (!is_printable_ascii(text) || text.find("=?") != std::string_view::npos) return false;
  if (!text.empty() && (text.front() == ' ' || text.back() == ' ')) return false;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == ' ' ? 0 : run + 1;
    if (run > 900) return false;
  }
  return true;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// What attribute-char of RFC 2231 has beside what is never encoded.
constexpr std::string_view kAttributeChars = "!#$&+^`{|}";

}  // namespace

void HeaderLine::fold() {
  out_ += "\r\n ";
  column_ = 1;
}

void HeaderLine::word(std::string_view text) {
  // The first word stays beside the name, else old readers see an empty header.
  const bool first = out_.back() == ':';
  if (!first && column_ + 1 + text.size() > kLine) {
    fold();
  } else {
    glue(" ");
  }
  glue(text);
}

namespace {

/// The same in ISO-2022-JP: each word is shifted by itself, so none depends on another.
std::vector<std::string> encode_jis_words(std::string_view text, std::size_t first_room) {
  constexpr std::string_view kJisPrefix = "=?ISO-2022-JP?B?";
  constexpr std::size_t kFrame = kJisPrefix.size() + kSuffix.size();
  constexpr std::size_t kLeast = kFrame + 12;  // one character between its escapes
  std::vector<std::string> words;
  std::size_t room = std::clamp(first_room, kLeast, kEncodedWord);
  while (!text.empty()) {
    std::size_t taken = text::decode_utf8(text, 0).size;
    std::string octets = encode_iso_2022_jp(text.substr(0, taken));
    while (taken < text.size()) {
      const std::size_t more = taken + text::decode_utf8(text, taken).size;
      std::string longer = encode_iso_2022_jp(text.substr(0, more));
      if (kFrame + (longer.size() + 2) / 3 * 4 > room) break;
      octets = std::move(longer);
      taken = more;
    }
    words.push_back(std::string(kJisPrefix) + crypto::to_base64(octets) + std::string(kSuffix));
    text.remove_prefix(taken);
    room = kEncodedWord;
  }
  return words;
}

}  // namespace

std::vector<std::string> encode_words(std::string_view utf8, std::size_t first_room,
                                      WrittenIn charset) {
  if (charset == WrittenIn::iso_2022_jp) {
    if (const auto text = jis_repertoire(utf8)) return encode_jis_words(*text, first_room);
  }
  constexpr std::size_t kFrame = kPrefix.size() + kSuffix.size();
  constexpr std::size_t kLeast = kFrame + 8;  // one character of up to four bytes
  std::vector<std::string> words;
  std::size_t room = std::clamp(first_room, kLeast, kEncodedWord);
  while (!utf8.empty()) {
    const std::size_t bytes = (room - kFrame) / 4 * 3;
    const std::string_view piece = text::truncate_utf8(utf8, bytes);
    words.push_back(std::string(kPrefix) + crypto::to_base64(piece) + std::string(kSuffix));
    utf8.remove_prefix(piece.size());
    room = kEncodedWord;
  }
  return words;
}

void HeaderLine::encoded_words(std::string_view utf8) {
  const std::size_t worthwhile = charset_ == WrittenIn::utf_8 ? 24 : 30;
  if (out_.back() != ':' && column_ + 1 + worthwhile > kEncodedLine) fold();
  const bool folded = column_ == 1;
  const std::size_t room = kEncodedLine - std::min(column_ + (folded ? 0U : 1U), kEncodedLine);
  bool first = true;
  for (const std::string& word : encode_words(utf8, room, charset_)) {
    if (!first) {
      fold();
    } else if (!folded) {
      glue(" ");
    }
    glue(word);
    first = false;
  }
}

void HeaderLine::unstructured(std::string_view utf8) {
  if (!can_stay_plain(utf8)) {
    encoded_words(utf8);
    return;
  }
  while (!utf8.empty()) {
    // Runs of spaces stay with the word behind them, so that unfolding gives them back.
    const std::size_t start = std::min(utf8.find_first_not_of(' '), utf8.size());
    const std::size_t end = std::min(utf8.find(' ', start), utf8.size());
    word(utf8.substr(0, end));
    utf8.remove_prefix(std::min(end + 1, utf8.size()));
  }
}

void HeaderLine::phrase(std::string_view utf8) {
  constexpr std::size_t kLongestQuoted = 60;
  if (!can_stay_plain(utf8) || utf8.size() > kLongestQuoted) {
    encoded_words(utf8);
  } else if (std::all_of(utf8.begin(), utf8.end(),
                         [](char c) { return is_atom_char(c) || c == ' '; })) {
    unstructured(utf8);
  } else {
    word(quoted(utf8));
  }
}

void HeaderLine::parameter(std::string_view name, std::string_view utf8) {
  constexpr std::size_t kLongestPlain = 60;
  glue(";");
  if (is_printable_ascii(utf8) && utf8.size() <= kLongestPlain) {
    word(fmt::format("{}={}", name, quoted(utf8)));
    return;
  }
  std::vector<std::string> sections(1);
  for (std::size_t i = 0; i < utf8.size();) {
    // A character stays in one piece: readers exist that decode piece by piece.
    const unsigned size = text::decode_utf8(utf8, i).size;
    const std::string encoded = text::percent_encoded(utf8.substr(i, size), kAttributeChars);
    if (sections.back().size() + encoded.size() > 50) sections.emplace_back();
    sections.back() += encoded;
    i += size;
  }
  if (sections.size() == 1) {
    word(fmt::format("{}*=UTF-8''{}", name, sections[0]));
    return;
  }
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (i > 0) glue(";");
    word(fmt::format("{}*{}*={}{}", name, i, i == 0 ? "UTF-8''" : "", sections[i]));
  }
}

void HeaderLine::legacy_parameter(std::string_view name, std::string_view utf8) {
  glue(";");
  if (is_printable_ascii(utf8) && utf8.size() <= 60) {
    word(fmt::format("{}={}", name, quoted(utf8)));
    return;
  }
  fold();
  glue(fmt::format("{}=\"", name));
  bool first = true;
  for (const std::string& piece : encode_words(utf8, kEncodedLine - column_ - 2, charset_)) {
    if (!first) fold();
    glue(piece);
    first = false;
  }
  glue("\"");
}

std::string format_date(TimePoint date, std::chrono::minutes utc_offset) {
  using namespace std::chrono;
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto local = floor<seconds>(date + utc_offset);
  const auto day = floor<days>(local);
  const year_month_day calendar(day);
  const hh_mm_ss time(local - day);
  const auto offset = utc_offset.count();
  const auto size = offset < 0 ? -offset : offset;
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}", kDays[weekday(day).c_encoding()],
      static_cast<unsigned>(calendar.day()), kMonths[static_cast<unsigned>(calendar.month()) - 1],
      static_cast<int>(calendar.year()), time.hours().count(), time.minutes().count(),
      time.seconds().count(), offset < 0 ? '-' : '+', size / 60, size % 60);
}

}  // namespace madoguchi::mail
