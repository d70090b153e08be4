// SPDX-License-Identifier: Apache-2.0
// The half of mail_edit.h that changes headers.
#include <algorithm>
#include <optional>
#include <vector>

#include "core/crypto/encoding.h"
#include "core/mail/address_list.h"
#include "core/mail/ascii.h"
#include "core/mail/charset_digits.h"
#include "core/mail/compose_header.h"
#include "core/mail/header.h"
#include "core/mail/mail_edit.h"
#include "core/mail/parameters.h"
#include "core/mail/transfer.h"
#include "core/mail/utf8.h"
#include "core/text/card_number.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

using text::DigitMask;

bool is_clean(std::string_view text) { return text::card_number_masks(text).empty(); }

bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view one) { return iequals(name, one); });
}

bool has_parameters(std::string_view name) {
  return is_any(name, {"content-type", "content-disposition"});
}

bool has_addresses(std::string_view name) {
  return is_any(name,
                {"from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to"});
}

struct Word {
  std::size_t begin = 0;  ///< in the value
  std::size_t length = 0;
  std::string_view charset;
  bool base64 = false;
  std::size_t bytes = 0;  ///< how many it brings
};

std::optional<Word> word_at(std::string_view value, std::size_t at) {
  Word word{at, encoded_word_length(value.substr(at)), {}, false, 0};
  if (word.length == 0) return std::nullopt;
  const std::string_view whole = value.substr(at, word.length);
  const std::size_t mark = whole.find('?', 2);
  word.charset = whole.substr(2, mark - 2);
  word.base64 = fold_case(whole[mark + 1]) == 'b';
  return word;
}

std::string_view content_of(std::string_view value, const Word& word) {
  std::string_view whole = value.substr(word.begin, word.length);
  whole.remove_prefix(whole.find('?', 2) + 3);
  if (whole.size() >= 2 && whole.substr(whole.size() - 2) == "?=") whole.remove_suffix(2);
  return whole;
}

/// The "Q" encoding with only what every place of a header allows (RFC 2047 section 5).
std::string encode_q(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : bytes) {
    const char low = fold_case(c);
    if ((low >= 'a' && low <= 'z') || is_digit(c) ||
        std::string_view("!*+-/").find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ') {
      out += '_';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'=', kHex[byte >> 4U], kHex[byte & 15U]});
    }
  }
  return out;
}

/// A piece of a value: plain, or adjacent encoded-words of one charset that are read together.
struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<Word> words;
  std::string bytes;  ///< of the words
  DecodedText text;   ///< of the words
  std::size_t shown_at = 0;
};

/// Changes a value that holds encoded-words.
class WordEditor {
 public:
  WordEditor(std::string_view value, const TextHint& hint) : value_(value) {
    std::size_t plain = 0;
    for (std::size_t at = value.find("=?"); at != std::string_view::npos;
         at = value.find("=?", at)) {
      const std::optional<Word> word = word_at(value, at);
      if (!word) {
        at += 2;
        continue;
      }
      add(*word, plain);
      at += word->length;
      plain = at;
    }
    if (plain < value.size()) add_plain(plain, value.size());
    for (Piece& piece : pieces_) {
      piece.shown_at = shown_.size();
      if (piece.words.empty()) {
        shown_ += value.substr(piece.begin, piece.end - piece.begin);
      } else {
        piece.text = decode_text(piece.bytes, piece.words.front().charset, hint);
        shown_ += piece.text.text;
      }
    }
  }

  std::string masked() const {
    const std::vector<DigitMask> masks = text::card_number_masks(shown_);
    std::string out;
    std::size_t i = 0;
    for (std::size_t p = 0; p < pieces_.size(); ++p) {
      const std::size_t end = p + 1 < pieces_.size() ? pieces_[p + 1].shown_at : shown_.size();
      std::vector<DigitMask> own;
      for (; i < masks.size() && masks[i].offset < end; ++i) {
        own.push_back({masks[i].offset - pieces_[p].shown_at, masks[i].length, masks[i].mask});
      }
      write(pieces_[p], own, out);
    }
    return out;
  }

 private:
  void add_plain(std::size_t begin, std::size_t end) {
    pieces_.push_back({begin, end, {}, {}, {}, 0});
  }

  void add(Word word, std::size_t plain) {
    const std::string_view between = value_.substr(plain, word.begin - plain);
    const std::string bytes =
        word.base64 ? decode_base64(content_of(value_, word)) : decode_q(content_of(value_, word));
    word.bytes = bytes.size();
    const bool goes_on = !pieces_.empty() && !pieces_.back().words.empty() &&
                         trim(between).empty() &&
                         iequals(pieces_.back().words.back().charset, word.charset);
    if (!goes_on) {
      if (!between.empty()) add_plain(plain, word.begin);
      pieces_.push_back({word.begin, word.begin, {}, {}, {}, 0});
    }
    pieces_.back().words.push_back(word);
    pieces_.back().bytes += bytes;
    pieces_.back().end = word.begin + word.length;
  }

  void write(const Piece& piece, const std::vector<DigitMask>& masks, std::string& out) const {
    const std::string_view source = value_.substr(piece.begin, piece.end - piece.begin);
    if (masks.empty()) {
      out += source;
    } else if (piece.words.empty()) {
      out += text::masked(source, masks);
    } else {
      write_words(piece, masks, out);
    }
  }

  void write_words(const Piece& piece, const std::vector<DigitMask>& masks,
                   std::string& out) const {
    const std::optional<std::string> bytes =
        with_masked_digits(piece.bytes, piece.text.decoding.charset, piece.text.text, masks);
    if (!bytes || bytes->size() != piece.bytes.size()) {
      constexpr std::size_t kRoom = 60;
      std::string_view before;
      for (const std::string& word : encode_words(text::masked(piece.text.text, masks), kRoom)) {
        out.append(before).append(word);
        before = "\r\n ";
      }
      return;
    }
    std::size_t taken = 0;
    std::size_t at = piece.begin;
    for (const Word& word : piece.words) {
      const std::string_view own = std::string_view(*bytes).substr(taken, word.bytes);
      taken += word.bytes;
      out.append(value_.substr(at, word.begin - at));
      out.append("=?").append(word.charset).append(word.base64 ? "?B?" : "?Q?");
      out.append(word.base64 ? crypto::to_base64(own) : encode_q(own)).append("?=");
      at = word.begin + word.length;
    }
  }

  std::string_view value_;
  std::vector<Piece> pieces_;
  std::string shown_;
};

/// The same value with only octets of digits changed, where that is possible.
std::string edited(std::string_view value, const TextHint& hint) {
  if (value.find("=?") != std::string_view::npos) return WordEditor(value, hint).masked();
  const DecodedText text = decode_text(value, {}, hint);
  const std::vector<DigitMask> masks = text::card_number_masks(text.text);
  std::optional<std::string> changed =
      with_masked_digits(value, text.decoding.charset, text.text, masks);
  return changed ? std::move(*changed) : std::string(value);
}

/// The value of a line as HeaderLine writes it.
std::string value_of(HeaderLine& line, std::string_view name) {
  std::string out = line.take();
  out.resize(out.size() - 2);
  return out.substr(name.size() + 1);
}

std::string rebuilt(std::string_view name, std::string_view value, const TextHint& hint) {
  HeaderLine line(name);
  if (has_addresses(name)) {
    bool first = true;
    for (const Address& one : parse_addresses(value, hint)) {
      if (!first) line.glue(",");
      first = false;
      const std::string shown = text::one_line(text::mask_card_numbers(one.name));
      if (!shown.empty()) line.phrase(shown);
      line.word("<" + one.address + ">");
    }
  } else {
    line.unstructured(text::one_line(text::mask_card_numbers(decode_header(value, hint))));
  }
  return value_of(line, name);
}

bool reads_clean(std::string_view name, std::string_view value, const TextHint& hint) {
  if (has_parameters(name)) {
    const ParameterField field = parse_parameters(value, hint);
    return std::all_of(field.parameters.begin(), field.parameters.end(),
                       [](const Parameter& one) { return is_clean(one.value); });
  }
  if (!is_clean(decode_header(value, hint))) return false;
  if (!has_addresses(name)) return true;
  const std::vector<Address> list = parse_addresses(value, hint);
  return std::all_of(list.begin(), list.end(),
                     [](const Address& one) { return is_clean(one.name); });
}

}  // namespace

std::string written_parameters(std::string_view name, const ParameterField& field) {
  HeaderLine line(name);
  line.word(field.value);
  std::vector<std::string> written;
  for (const Parameter& one : field.parameters) {
    if (std::find(written.begin(), written.end(), one.name) != written.end()) continue;
    written.push_back(one.name);
    line.parameter(one.name, text::one_line(text::mask_card_numbers(*field.find(one.name))));
  }
  return value_of(line, name);
}

std::string with_masked_field(std::string_view name, std::string_view value, const TextHint& hint) {
  if (reads_clean(name, value, hint)) return std::string(value);
  std::string changed = edited(value, hint);
  if (reads_clean(name, changed, hint)) return changed;
  if (has_parameters(name)) return written_parameters(name, parse_parameters(value, hint));
  return rebuilt(name, value, hint);
}

}  // namespace madoguchi::mail
