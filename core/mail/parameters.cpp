// SPDX-License-Identifier: Apache-2.0
#include "core/mail/parameters.h"

#include <algorithm>

#include "core/mail/ascii.h"
#include "core/mail/header.h"
#include "core/text/percent.h"

namespace madoguchi::mail {
namespace {

/// One "name*2*=value" as written.
struct RawParameter {
  std::string name;
  std::string value;
  int part = -1;         ///< of a continuation, -1: not split
  bool encoded = false;  ///< percent-encoded
};

/// Reads "; name=value" after "; name=value", forgiving what can be forgiven.
class ParameterReader {
 public:
  explicit ParameterReader(std::string_view text) : text_(text) {}

  std::string value() {
    const std::size_t begin = i_;
    while (i_ < text_.size() && text_[i_] != ';' && text_[i_] != '(') ++i_;
    std::string value;
    for (const char c : text_.substr(begin, i_ - begin)) {
      if (!is_blank(c)) value += fold_case(c);
    }
    return value;
  }

  bool next(RawParameter& parameter) {
    while (i_ < text_.size()) {
      skip_filling();
      if (i_ >= text_.size()) return false;
      const std::size_t begin = i_;
      while (i_ < text_.size() && text_[i_] != '=' && text_[i_] != ';') ++i_;
      if (i_ >= text_.size() || text_[i_] == ';') continue;  // a word without a value
      const std::string_view name = trim(text_.substr(begin, i_ - begin));
      ++i_;
      parameter = {};
      split_name(name, parameter);
      while (i_ < text_.size() && is_blank(text_[i_])) ++i_;
      parameter.value = i_ < text_.size() && text_[i_] == '"' ? quoted() : bare(parameter.name);
      if (!parameter.name.empty()) return true;
    }
    return false;
  }

 private:
  void skip_filling() {
    while (i_ < text_.size() && (is_blank(text_[i_]) || text_[i_] == ';' || text_[i_] == '(')) {
      if (text_[i_] == '(') {
        const std::size_t close = text_.find(')', i_);
        i_ = close == std::string_view::npos ? text_.size() : close;
      }
      if (i_ < text_.size()) ++i_;
    }
  }

  /// "filename*1*" is part 1 of an encoded "filename".
  static void split_name(std::string_view name, RawParameter& out) {
    const std::size_t star = name.find('*');
    out.name = lower(name.substr(0, star));
    if (star == std::string_view::npos) return;
    std::string_view marks = name.substr(star + 1);
    if (marks.empty() || marks.back() == '*') {
      out.encoded = true;
      if (!marks.empty()) marks.remove_suffix(1);
    }
    if (marks.empty()) return;
    int part = 0;
    for (const char c : marks.substr(0, 4)) part = is_digit(c) ? part * 10 + (c - '0') : part;
    out.part = part;
  }

  std::string quoted() {
    std::string out;
    for (++i_; i_ < text_.size() && text_[i_] != '"'; ++i_) {
      // Some senders write a Windows path unescaped: only what needs escaping is unescaped.
      const bool escape = text_[i_] == '\\' && i_ + 1 < text_.size() &&
                          (text_[i_ + 1] == '"' || text_[i_ + 1] == '\\');
      if (escape) ++i_;
      out += text_[i_];
    }
    if (i_ < text_.size()) ++i_;
    return out;
  }

  std::string bare(std::string_view name) {
    const std::size_t begin = i_;
    // A charset or boundary has no spaces; a file name may, though it ought to be quoted.
    const bool one_word = name == "charset" || name == "boundary" || name == "format";
    while (i_ < text_.size() && text_[i_] != ';' && !(one_word && is_blank(text_[i_]))) {
      const std::size_t word = text_[i_] == '=' ? encoded_word_length(text_.substr(i_)) : 0;
      i_ += word == 0 ? 1 : word;
    }
    i_ = std::min(i_, text_.size());
    std::string_view value = trim(text_.substr(begin, i_ - begin));
    if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'') {
      value = value.substr(1, value.size() - 2);
    }
    return std::string(value);
  }

  std::string_view text_;
  std::size_t i_ = 0;
};

/// The value of `charset'language'text` and of its continuations, joined in the order of their
/// numbers as bytes and then decoded once: senders split inside a character.
std::string join_parts(std::vector<const RawParameter*>& parts, const TextHint& hint,
                       Decoding& decoding) {
  std::stable_sort(parts.begin(), parts.end(),
                   [](const RawParameter* a, const RawParameter* b) { return a->part < b->part; });
  std::string bytes;
  std::string charset;
  bool any_encoded = false;
  for (const RawParameter* part : parts) {
    if (!part->encoded) {
      bytes += part->value;
      continue;
    }
    std::string_view value = part->value;
    const std::size_t first = value.find('\'');
    const std::size_t second =
        first == std::string_view::npos ? first : value.find('\'', first + 1);
    if (!any_encoded && second != std::string_view::npos) {
      charset = std::string(value.substr(0, first));
      value.remove_prefix(second + 1);
    }
    any_encoded = true;
    bytes += text::percent_decoded_where_right(value);
  }
  if (!any_encoded) return needs_decoding(bytes) ? decode_words(bytes, hint, &decoding) : bytes;
  DecodedText text = decode_text(bytes, charset, hint);
  decoding.sure = decoding.sure && text.decoding.sure;
  return std::move(text.text);
}

}  // namespace

const std::string* ParameterField::find(std::string_view name) const {
  const std::string* plain = nullptr;
  for (const Parameter& parameter : parameters) {
    if (parameter.name != name) continue;
    if (parameter.extended) return &parameter.value;
    if (plain == nullptr) plain = &parameter.value;
  }
  return plain;
}

ParameterField parse_parameters(std::string_view folded, const TextHint& hint,
                                std::size_t max_parameters) {
  ParameterField field;
  Decoding decoding;
  const std::string text = decode_raw_bytes(folded, hint, &decoding);
  ParameterReader reader(text);
  field.value = reader.value();
  std::vector<RawParameter> raw;
  RawParameter parameter;
  while (reader.next(parameter)) {
    if (raw.size() >= max_parameters) {
      field.limited = true;
      break;
    }
    raw.push_back(std::move(parameter));
  }
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i].part < 0 && !raw[i].encoded) {
      field.parameters.push_back({raw[i].name,
                                  needs_decoding(raw[i].value)
                                      ? decode_words(raw[i].value, hint, &decoding)
                                      : raw[i].value,
                                  false});
      continue;
    }
    const auto same = [&](const RawParameter& other) {
      return other.name == raw[i].name && (other.part >= 0) == (raw[i].part >= 0) &&
             (other.part >= 0 || other.encoded);
    };
    if (std::any_of(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(i), same)) continue;
    std::vector<const RawParameter*> parts;
    for (const RawParameter& other : raw) {
      if (same(other)) parts.push_back(&other);
    }
    field.parameters.push_back({raw[i].name, join_parts(parts, hint, decoding), true});
  }
  field.sure = decoding.sure;
  return field;
}

}  // namespace madoguchi::mail
