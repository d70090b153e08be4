// SPDX-License-Identifier: Apache-2.0
#include "core/mail/address_list.h"

#include <algorithm>

#include "core/base/email_address.h"
#include "core/mail/ascii.h"
#include "core/mail/header.h"

namespace madoguchi::mail {
namespace {

/// True when nothing but blanks lies between position `i` and an @ or a dot.
bool stands_at_joint(std::string_view text, std::size_t i) {
  const std::size_t left = text.find_last_not_of(" \t", i);
  const std::size_t right = text.find_first_not_of(" \t", i);
  const auto joins = [&](std::size_t k) {
    return k != std::string_view::npos && (text[k] == '@' || text[k] == '.');
  };
  return joins(left) || joins(right);
}

/// The address as EmailAddress keeps it; empty when it is none.
std::string clean_address(std::string_view text) {
  text = trim(text);
  if (istarts_with(text, "mailto:")) text.remove_prefix(7);
  // A route ("<@a,@b:user@host>", RFC 5322 section 4.4) is long out of use: the last hop counts.
  if (!text.empty() && text.front() == '@') {
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos) text.remove_prefix(colon + 1);
  }
  while (!text.empty() && (text.back() == '.' || text.back() == '>' || is_blank(text.back()))) {
    text.remove_suffix(1);
  }
  if (text.find('@') == std::string_view::npos) return {};
  if (const Result<EmailAddress> address = EmailAddress::parse(text)) return address->str();
  std::string squeezed;  // "taro @ example.jp"
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_blank(text[i]) || !stands_at_joint(text, i)) squeezed += text[i];
  }
  if (squeezed.size() == text.size()) return {};
  const Result<EmailAddress> address = EmailAddress::parse(squeezed);
  return address ? address->str() : std::string{};
}

/// Walks over one header value that is UTF-8 with encoded-words still in it.
class AddressReader {
 public:
  AddressReader(std::string_view text, const TextHint& hint, std::size_t max)
      : text_(text), hint_(hint), max_(max) {}

  std::vector<Address> read() {
    while (i_ < text_.size() && list_.size() < max_) step();
    if (list_.size() < max_) {
      finish();
      drop_waiting();
    }
    limited_ = i_ < text_.size();
    return std::move(list_);
  }
  [[nodiscard]] bool limited() const { return limited_; }

 private:
  void step() {
    const char c = text_[i_];
    switch (c) {
      case '"':
        return quoted();
      case '<':
        return angle();
      case '(':
        return comment();
      case '[':
        return literal();
      case ',':
        finish();
        ++i_;
        return;
      case ';':
        finish();
        drop_waiting();
        ++i_;
        return;
      case ':':
        // The name of a group, or "mailto": not part of any address.
        clear();
        drop_waiting();
        ++i_;
        return;
      case '=':
        if (const std::size_t word = encoded_word_length(text_.substr(i_)); word != 0) {
          plain_.append(text_.substr(i_, word));
          i_ += word;
          return;
        }
        break;
      default:
        break;
    }
    plain_ += c;
    ++i_;
  }

  void quoted() {
    const std::size_t begin = i_++;
    std::string inner;
    while (i_ < text_.size() && text_[i_] != '"') {
      if (text_[i_] == '\\' && i_ + 1 < text_.size()) ++i_;
      inner += text_[i_++];
    }
    if (i_ >= text_.size()) {  // the closing quote is missing: the quote was a mere character
      i_ = begin + 1;
      if (!unclosed_) {
        unclosed_ = true;
        return;
      }
      i_ = text_.size();
    } else {
      ++i_;
    }
    // "a..b"@example.jp: the quotes belong to the address.
    if (i_ < text_.size() && text_[i_] == '@') {
      plain_.append(text_.substr(begin, i_ - begin));
    } else {
      plain_ += inner;
    }
  }

  void angle() {
    std::size_t end = ++i_;
    bool in_quotes = false;
    while (end < text_.size() && (in_quotes || text_[end] != '>')) {
      if (text_[end] == '\\')
        ++end;
      else if (text_[end] == '"')
        in_quotes = !in_quotes;
      else if (text_[end] == '<' && !in_quotes)
        i_ = end + 1;  // "<<a@b>>"
      ++end;
    }
    end = std::min(end, text_.size());
    if (in_quotes) end = std::min(text_.find('>', i_), text_.size());
    angle_ = text_.substr(i_, end - i_);
    has_angle_ = true;
    i_ = std::min(end + 1, text_.size());
    while (i_ < text_.size() && text_[i_] == '>') ++i_;
  }

  void comment() {
    std::size_t depth = 0;
    std::string inner;
    const std::size_t begin = i_;
    for (; i_ < text_.size(); ++i_) {
      const char c = text_[i_];
      if (c == '\\' && i_ + 1 < text_.size()) {
        inner += text_[++i_];
        continue;
      }
      if (c == '(' && depth++ == 0) continue;
      if (c == ')' && --depth == 0) break;
      inner += c;
    }
    if (i_ >= text_.size() && !unopened_) {  // never closed: a mere character
      unopened_ = true;
      i_ = begin + 1;
      plain_ += '(';
      return;
    }
    i_ = std::min(i_ + 1, text_.size());
    if (comment_.empty()) comment_ = inner;
  }

  void literal() {
    const std::size_t close = no_bracket_ ? std::string_view::npos : text_.find(']', i_);
    no_bracket_ = close == std::string_view::npos;
    const std::size_t end = no_bracket_ ? i_ + 1 : close + 1;
    plain_.append(text_.substr(i_, end - i_));
    i_ = end;
  }

  void clear() {
    plain_.clear();
    comment_.clear();
    angle_ = {};
    has_angle_ = false;
  }

  std::string shown_name(std::string_view raw) const {
    std::string name = decode_header(raw, hint_);
    const bool quotes = name.size() >= 2 && name.front() == name.back() &&
                        (name.front() == '\'' || name.front() == '"');
    return quotes ? name.substr(1, name.size() - 2) : name;
  }

  /// One entry of the list is complete.
  void finish() {
    const std::string_view plain = trim(plain_);
    if (has_angle_) {
      Address entry{
          shown_name(waiting_.empty() ? std::string(plain) : waiting_ + ", " + std::string(plain)),
          clean_address(angle_)};
      if (entry.name.empty() && !comment_.empty()) entry.name = shown_name(comment_);
      if (entry.address.empty()) entry.address = clean_address(plain);
      if (entry.address.empty()) rescue(entry);
      waiting_.clear();
      if (!entry.name.empty() || !entry.address.empty()) list_.push_back(std::move(entry));
    } else if (plain.find('@') != std::string_view::npos) {
      drop_waiting();
      list_.push_back(bare(plain));
    } else if (!plain.empty() && waiting_.size() < 200) {
      // "Yamada, Taro <a@b>": only the next entry tells whether this was a name of its own.
      waiting_ += (waiting_.empty() ? "" : ", ") + std::string(plain);
    }
    clear();
  }

  Address bare(std::string_view plain) const {
    Address entry{comment_.empty() ? std::string{} : shown_name(comment_), clean_address(plain)};
    if (!entry.address.empty()) return entry;
    // "Taro taro@example.jp": the word with the @ is the address.
    const std::size_t at = plain.find('@');
    const std::size_t blank = plain.find_last_of(" \t", at);
    const std::size_t begin = blank == std::string_view::npos ? 0 : blank + 1;
    const std::size_t end = std::min(plain.find_first_of(" \t", at), plain.size());
    entry.address = clean_address(plain.substr(begin, end - begin));
    const std::string_view rest = plain.substr(0, entry.address.empty() ? plain.size() : begin);
    if (entry.name.empty()) entry.name = shown_name(rest);
    if (entry.address.empty()) rescue(entry);
    return entry;
  }

  /// Somebody encoded name and address together.
  static void rescue(Address& entry) {
    const std::size_t open = entry.name.rfind('<');
    const std::size_t close = entry.name.find('>', open);
    if (open == std::string::npos || close == std::string::npos) {
      entry.address = clean_address(entry.name);
      return;
    }
    entry.address = clean_address(std::string_view(entry.name).substr(open + 1, close - open - 1));
    if (!entry.address.empty()) entry.name = std::string(trim(entry.name.substr(0, open)));
  }

  void drop_waiting() {
    if (waiting_.empty()) return;
    Address entry{shown_name(waiting_), {}};
    rescue(entry);
    waiting_.clear();
    if (!entry.name.empty()) list_.push_back(std::move(entry));
  }

  std::string_view text_;
  const TextHint& hint_;
  std::size_t max_;
  std::size_t i_ = 0;
  std::vector<Address> list_;
  std::string plain_;
  std::string comment_;
  std::string_view angle_;
  std::string waiting_;
  bool has_angle_ = false;
  bool unclosed_ = false;
  bool unopened_ = false;
  bool no_bracket_ = false;  // none is left: looking again for each "[" would be quadratic
  bool limited_ = false;
};

}  // namespace

std::vector<Address> parse_addresses(std::string_view folded, const TextHint& hint,
                                     std::size_t max_addresses, bool* limited) {
  const std::string text = decode_raw_bytes(folded, hint);
  AddressReader reader(text, hint, max_addresses);
  std::vector<Address> list = reader.read();
  if (limited != nullptr && reader.limited()) *limited = true;
  return list;
}

std::vector<std::string> parse_message_ids(std::string_view folded, std::size_t max_ids,
                                           bool* limited) {
  const std::string text = decode_header(folded);
  std::vector<std::string> ids;
  const auto add = [&ids](std::string_view id) {
    std::string squeezed;
    for (const char c : id) {
      if (!is_blank(c) && c != '<' && c != '>') squeezed += c;
    }
    if (!squeezed.empty()) ids.push_back(std::move(squeezed));
  };
  for (std::size_t open = text.find('<'); open != std::string::npos; open = text.find('<', open)) {
    const std::size_t close = std::min(text.find('>', open), text.size());
    add(std::string_view(text).substr(open + 1, close - open - 1));
    open = close;
  }
  if (ids.empty()) {
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t end = std::min(text.find_first_of(" ,", i), text.size());
      const std::string_view word = std::string_view(text).substr(i, end - i);
      if (word.find('@') != std::string_view::npos) add(word);
      i = end + 1;
    }
  }
  if (ids.size() > max_ids) {
    if (limited != nullptr) *limited = true;
    ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(max_ids));
  }
  return ids;
}

}  // namespace madoguchi::mail
