// SPDX-License-Identifier: Apache-2.0
#include "core/service/order_numbers.h"

#include <algorithm>
#include <array>

#include "core/text/fold.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kMostNumbers = 20;
constexpr std::size_t kMostText = 64 * 1024;
constexpr std::size_t kLongest = 40;

// All folded (core/text/fold.h): hiragana for katakana, lower case.
constexpr std::array kLabels = {
    "注文番号",     "受注番号",   "注文id",      "受注id",       "注文no",   "受注no",
    "おーだー番号", "おーだーid", "購入番号",    "order number", "order no", "order id",
    "order #",      "order:",     "ordernumber", "order-id",     "order_id"};
constexpr std::array kForeignLabels = {
    "電話",     "tel",      "携帯",           "fax",        "ふぁっくす",      "phone",
    "mobile",   "〒",       "郵便番号",       "zip",        "postal",          "postcode",
    "送り状",   "伝票",     "問い合わせ番号", "問合せ番号", "問合番号",        "追跡",
    "tracking", "荷物番号", "配送番号",       "会員番号",   "customer number", "jan"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_alnum(char c) { return is_digit(c) || is_letter(c); }
bool is_part(char c) { return is_alnum(c) || c == '-' || c == '_'; }

/// Full-width ASCII becomes ordinary, so that numbers read the same; everything else stays.
std::string narrow(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    // U+FF01..U+FF5E is EF BC 81..BF, EF BD 80..9E.
    if (i + 2 < text.size() && byte(i) == 0xEF && (byte(i + 1) == 0xBC || byte(i + 1) == 0xBD)) {
      const unsigned code = (byte(i + 1) == 0xBC ? 0x20U : 0x60U) + (byte(i + 2) & 0x3FU);
      if (code > 0x20 && code < 0x7F) {
        out += static_cast<char>(code);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

bool is_phone_or_postal(std::string_view number) {
  std::string digits;
  std::size_t dashes = 0;
  for (const char c : number) {
    if (is_digit(c)) digits += c;
    if (c == '-') ++dashes;
    if (is_letter(c) || c == '_') return false;
  }
  if (digits.size() == 7 && dashes == 1 && number.size() > 3 && number[3] == '-') return true;
  const bool phone_length = digits.size() == 10 || digits.size() == 11;
  if (dashes == 2 && phone_length && digits.front() == '0') return true;
  // Mobile and IP telephones without dashes.
  return dashes == 0 && digits.size() == 11 && digits.front() == '0' && digits[2] == '0';
}

/// Where the last of `labels` begins before `end` in one folded line; npos: none.
template <std::size_t N>
std::size_t last_label(std::string_view line, std::size_t end,
                       const std::array<const char*, N>& labels) {
  std::size_t last = std::string_view::npos;
  for (const char* label : labels) {
    const std::size_t at = line.substr(0, end).rfind(label);
    if (at != std::string_view::npos && (last == std::string_view::npos || at > last)) last = at;
  }
  return last;
}

/// Whether what stands at `at` belongs to a telephone, an address or a parcel.
bool is_foreign(std::string_view line, std::size_t at) {
  const std::size_t foreign = last_label(line, at, kForeignLabels);
  if (foreign == std::string_view::npos) return false;
  const std::size_t own = last_label(line, at, kLabels);
  return own == std::string_view::npos || own < foreign;
}

/// The run of number characters at `at`.
std::string_view run_at(std::string_view line, std::size_t at) {
  std::size_t end = at;
  while (end < line.size() && is_part(line[end])) ++end;
  std::string_view run = line.substr(at, end - at);
  while (!run.empty() && !is_alnum(run.back())) run.remove_suffix(1);
  return run;
}

bool has_digit(std::string_view text) { return std::any_of(text.begin(), text.end(), is_digit); }

bool is_number(std::string_view run) {
  return run.size() >= 3 && run.size() <= kLongest && has_digit(run) && !is_phone_or_postal(run);
}

/// Behind `at`, past what may stand between a label and its number: "】：＃ は No." and blanks.
std::size_t past_separators(std::string_view line, std::size_t at) {
  static constexpr std::array kBetween = {"】", "」", "』", "は", "が", "・", "no.", "■", "is "};
  while (at < line.size()) {
    const char c = line[at];
    if (c == ' ' || c == '\t' || c == ':' || c == ']' || c == '=' || c == '#' || c == '.' ||
        c == ')' || c == '|' || c == '[' || c == '(') {
      ++at;
      continue;
    }
    const auto* const between =
        std::find_if(kBetween.begin(), kBetween.end(),
                     [&](const char* one) { return line.substr(at).rfind(one, 0) == 0; });
    if (between == kBetween.end()) break;
    at += std::string_view(*between).size();
  }
  return at;
}

void keep(std::vector<std::string>& found, std::string_view number) {
  if (found.size() < kMostNumbers && std::find(found.begin(), found.end(), number) == found.end()) {
    found.emplace_back(number);
  }
}

/// Letters are compared folded, but a number is kept as it is written. Folding may change lengths,
/// so the number is looked up in the line again.
std::string as_written(std::string_view narrow_line, std::string_view folded_number) {
  std::string lowered(narrow_line);
  for (char& c : lowered) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::size_t at = lowered.find(folded_number);
  return std::string(at == std::string::npos ? folded_number
                                             : narrow_line.substr(at, folded_number.size()));
}

/// The length of what `pattern` takes at the beginning of `text`; 0: it does not fit. Greedy.
std::size_t taken(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return 0;
  const char want = pattern.front();
  if (want == '*') {
    std::size_t run = 0;
    while (run < text.size() && run < kLongest && is_alnum(text[run])) ++run;
    if (pattern.size() == 1) return run;
    for (; run > 0; --run) {
      if (const std::size_t rest = taken(pattern.substr(1), text.substr(run)); rest > 0)
        return run + rest;
    }
    return 0;
  }
  if (text.empty()) return 0;
  const bool fits = want == '#'   ? is_digit(text.front())
                    : want == '?' ? is_letter(text.front())
                                  : want == text.front();
  if (!fits) return 0;
  if (pattern.size() == 1) return 1;
  const std::size_t rest = taken(pattern.substr(1), text.substr(1));
  return rest == 0 ? 0 : rest + 1;
}

void by_patterns(std::string_view written, const std::string& line,
                 const std::vector<std::string>& patterns, std::vector<std::string>& found) {
  for (const std::string& pattern : patterns) {
    for (std::size_t at = 0; at < line.size(); ++at) {
      if (at > 0 && is_part(line[at - 1])) continue;
      const std::size_t size = taken(pattern, std::string_view(line).substr(at));
      if (size == 0 || (at + size < line.size() && is_part(line[at + size]))) continue;
      const std::string_view number = std::string_view(line).substr(at, size);
      if (!is_phone_or_postal(number) && !is_foreign(line, at))
        keep(found, as_written(written, number));
      at += size - 1;
    }
  }
}

/// "090 1234 5678": the beginning of a telephone number written with blanks.
bool goes_on(std::string_view line, std::string_view run) {
  const auto end = static_cast<std::size_t>(run.data() - line.data()) + run.size();
  return run.front() == '0' && run.size() <= 5 && end + 1 < line.size() && line[end] == ' ' &&
         is_digit(line[end + 1]);
}

void by_labels(std::string_view written, std::string_view line, std::string_view next,
               std::vector<std::string>& found) {
  for (const char* label : kLabels) {
    for (std::size_t at = line.find(label); at != std::string::npos;
         at = line.find(label, at + 1)) {
      const std::size_t behind = past_separators(line, at + std::string_view(label).size());
      std::string_view run = run_at(line, behind);
      // A label alone on its line names what stands on the next.
      const bool alone = behind >= line.size();
      if (alone) run = run_at(next, past_separators(next, 0));
      if (is_number(run) && !goes_on(alone ? next : line, run))
        keep(found, as_written(alone ? next : written, run));
    }
  }
}

/// "#1001" in a subject.
void behind_hash(std::string_view subject, std::vector<std::string>& found) {
  for (std::size_t at = subject.find('#'); at != std::string::npos;
       at = subject.find('#', at + 1)) {
    const std::string_view run = run_at(subject, at + 1);
    if (is_number(run)) keep(found, run);
  }
}

}  // namespace

bool fits_pattern(std::string_view pattern, std::string_view text) {
  const std::string wanted = text::fold(pattern);
  const std::string given = text::fold(text);
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string::npos;
  std::size_t resume = 0;
  while (t < given.size()) {
    if (p < wanted.size() && wanted[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < wanted.size() && wanted[p] == given[t]) {
      ++p;
      ++t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < wanted.size() && wanted[p] == '*') ++p;
  return p == wanted.size();
}

std::vector<std::string> order_numbers(std::string_view subject, std::string_view text,
                                       const std::vector<std::string>& patterns) {
  std::vector<std::string> folded_patterns;
  for (const std::string& pattern : patterns) folded_patterns.push_back(text::fold(pattern));
  const std::string all =
      narrow(std::string(subject) + "\n" + std::string(text.substr(0, kMostText)));
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin <= all.size();) {
    const std::size_t end = std::min(all.find('\n', begin), all.size());
    lines.push_back(std::string_view(all).substr(begin, end - begin));
    begin = end + 1;
  }
  std::vector<std::string> found;
  for (std::size_t i = 0; i < lines.size() && found.size() < kMostNumbers; ++i) {
    const std::string_view next = i + 1 < lines.size() ? lines[i + 1] : std::string_view();
    // Most lines of most mails hold no digit, and no number is without one.
    if (!has_digit(lines[i]) && !has_digit(next)) continue;
    const std::string line = text::fold(lines[i]);
    by_labels(lines[i], line, next, found);
    by_patterns(lines[i], line, folded_patterns, found);
    if (i == 0) behind_hash(lines[i], found);
  }
  return found;
}

}  // namespace madoguchi::service
