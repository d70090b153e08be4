// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "core/mail/ascii.h"
#include "core/mail/header.h"
#include "core/mail/transfer.h"
#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kMaxCharset = 80;

struct EncodedWord {
  std::string_view charset;
  bool base64 = false;
  std::string_view text;
  std::size_t length = 0;  ///< of the whole word, delimiters included
};

bool is_charset_octet(char c) {
  return c > ' ' && c < 0x7F && c != '?' && c != '=' && c != '<' && c != '>' && c != '"';
}

/// A word without its "?=": it cannot reach into the address or the next one of a list.
EncodedWord unended(EncodedWord word, std::string_view text, std::size_t begin) {
  word.text = text.substr(0, text.find_first_of("<>,\""));
  word.length = begin + word.text.size();
  return word;
}

/// The word that starts at the start of `text`. Spaces inside are allowed (senders that forget to
/// encode them, folding inside a word); a new "=?" ends a word that lost its own end.
std::optional<EncodedWord> parse_word(std::string_view text) {
  if (text.substr(0, 2) != "=?") return std::nullopt;
  EncodedWord word;
  std::size_t i = 2;
  while (i < text.size() && i < kMaxCharset && is_charset_octet(text[i])) ++i;
  word.charset = text.substr(2, i - 2);
  if (i + 2 >= text.size() || text[i] != '?' || text[i + 2] != '?') return std::nullopt;
  const char encoding = fold_case(text[i + 1]);
  if (encoding != 'b' && encoding != 'q') return std::nullopt;
  word.base64 = encoding == 'b';
  const std::size_t begin = i + 3;
  for (std::size_t at = text.find('?', begin); at != std::string_view::npos;
       at = text.find('?', at + 1)) {
    if (at + 1 < text.size() && text[at + 1] == '=') {
      word.text = text.substr(begin, at - begin);
      word.length = at + 2;
      return word;
    }
    if (at > begin && text[at - 1] == '=') {
      std::size_t stop = at - 1;
      while (stop > begin && is_blank(text[stop - 1])) --stop;
      return unended(word, text.substr(begin, stop - begin), begin);
    }
    // In base64 a question mark is the end, whatever follows.
    if (word.base64) {
      word.text = text.substr(begin, at - begin);
      word.length = at + 1;
      return word;
    }
  }
  return unended(word, text.substr(begin), begin);
}

/// True when the digits cannot be a whole piece: one is left over, or the unused bits are not zero.
/// Then the sender cut the base64 text itself, and the next word goes on with it.
bool is_cut_base64(std::string_view text) {
  std::size_t digits = 0;
  char last = 'A';
  for (const char c : text) {
    if (c == '=') return false;
    if (is_blank(c)) continue;
    ++digits;
    last = c;
  }
  if (digits % 4 == 0) return false;
  if (digits % 4 == 1) return true;
  const std::string_view whole = digits % 4 == 2 ? "AQgw" : "AEIMQUYcgkosw048";
  return whole.find(last) == std::string_view::npos;
}

/// The bytes of adjacent words of one charset.
class WordRun {
 public:
  [[nodiscard]] bool empty() const { return !open_; }
  [[nodiscard]] bool takes(const EncodedWord& word) const {
    return open_ && iequals(charset_, word.charset);
  }
  void add(const EncodedWord& word) {
    open_ = true;
    charset_ = word.charset;
    if (!word.base64) {
      settle();
      bytes_ += decode_q(word.text);
      return;
    }
    pending_.append(word.text);
    if (!is_cut_base64(pending_)) settle();
  }
  DecodedText finish(const TextHint& hint) {
    settle();
    DecodedText text = decode_text(bytes_, charset_, hint);
    bytes_.clear();
    open_ = false;
    return text;
  }

 private:
  void settle() {
    if (pending_.empty()) return;
    bytes_ += decode_base64(pending_);
    pending_.clear();
  }

  bool open_ = false;
  std::string_view charset_;
  std::string bytes_;
  std::string pending_;
};

void note(const Decoding& from, Decoding* to) {
  if (to == nullptr) return;
  if (to->charset.empty() || to->charset == "us-ascii") to->charset = from.charset;
  to->sure = to->sure && from.sure;
}

void drop_controls(std::string& text) {
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  };
  for (char& c : text) {
    if (c == '\r' || c == '\n' || c == '\t') c = ' ';
  }
  text.erase(std::remove_if(text.begin(), text.end(), is_control), text.end());
}

}  // namespace

bool needs_decoding(std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c >= 0x80 || (c < 0x20 && c != '\r' && c != '\n') || c == 0x7F) return true;
    if (c == '?' && i > 0 && value[i - 1] == '=') return true;
  }
  return false;
}

std::size_t encoded_word_length(std::string_view text) {
  const std::optional<EncodedWord> word = parse_word(text);
  return word ? word->length : 0;
}

std::string decode_raw_bytes(std::string_view folded, const TextHint& hint, Decoding* decoding) {
  // An escape sequence may be cut by the folding: decoded first, unfolded after.
  if (is_ascii(folded) && folded.find('\x1B') == std::string_view::npos) return unfold(folded);
  const std::string unfolded = unfold(folded);
  DecodedText text = decode_text(unfolded, {}, hint);
  note(text.decoding, decoding);
  return std::move(text.text);
}

std::string decode_words(std::string_view utf8, const TextHint& hint, Decoding* decoding) {
  std::string out;
  out.reserve(utf8.size());
  WordRun run;
  std::size_t done = 0;
  const auto flush = [&] {
    if (run.empty()) return;
    const DecodedText text = run.finish(hint);
    note(text.decoding, decoding);
    out += text.text;
  };
  for (std::size_t at = utf8.find("=?"); at != std::string_view::npos; at = utf8.find("=?", at)) {
    const std::optional<EncodedWord> word = parse_word(utf8.substr(at));
    if (!word) {
      at += 2;
      continue;
    }
    const std::string_view between = utf8.substr(done, at - done);
    const bool adjacent = !run.empty() && trim(between).empty();
    if (!adjacent || !run.takes(*word)) flush();
    if (!adjacent) out += between;
    run.add(*word);
    at += word->length;
    done = at;
  }
  flush();
  out += utf8.substr(std::min(done, utf8.size()));
  return out;
}

std::string decode_header(std::string_view folded, const TextHint& hint, Decoding* decoding) {
  if (!needs_decoding(folded)) {
    if (decoding != nullptr && !folded.empty()) *decoding = {"us-ascii", true};
    return unfold(folded);
  }
  Decoding how;
  std::string text = decode_words(decode_raw_bytes(folded, hint, &how), hint, &how);
  if (how.charset.empty()) how.charset = "us-ascii";
  drop_controls(text);
  if (decoding != nullptr) *decoding = how;
  const std::string_view trimmed = trim(text);
  return trimmed.size() == text.size() ? std::move(text) : std::string(trimmed);
}

}  // namespace madoguchi::mail
