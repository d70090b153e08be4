// SPDX-License-Identifier: Apache-2.0
#include "core/text/search_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/text/utf8.h"

namespace madoguchi::text {
namespace {

constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kMostParts = 30;
constexpr std::size_t kShownBytes = 60;

bool is_space(char32_t c) {
  return c <= ' ' || c == 0x7F || c == 0x3000 || (c >= 0x2000 && c <= 0x200B) || c == 0xA0;
}
bool is_colon(char32_t c) { return c == ':' || c == 0xFF1A; }

/// － is what full-width typing gives, ー what typing kana gives: no word begins with either.
bool is_minus(char32_t c) {
  return c == '-' || c == 0xFF0D || c == 0x2212 || c == 0x30FC || (c >= 0x2010 && c <= 0x2013);
}

bool is_double_quote(char32_t c) { return c == '"' || c == 0xFF02 || (c >= 0x201C && c <= 0x201F); }

/// What closes a quote that this opens; 0: it opens none. Any double quote closes any other.
char32_t closing(char32_t c) {
  if (is_double_quote(c)) return '"';
  switch (c) {
    case 0x300C:  // 「
      return 0x300D;
    case 0x300E:  // 『
      return 0x300F;
    case 0xFF62:  // ｢
      return 0xFF63;
    default:
      return 0;
  }
}
/// Brackets that only close: alone they mean nothing.
bool is_stray(char32_t c) { return c == 0x300D || c == 0x300F || c == 0xFF63; }

/// The small ASCII letter in any width and case, or 0.
char letter(char32_t c) {
  if (c >= 0xFF21 && c <= 0xFF5A) c -= 0xFEE0;
  if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return c >= 'a' && c <= 'z' ? static_cast<char>(c) : '\0';
}

Text all_keys() {
  std::string keys;
  for (const auto& entry : EnumNames<SearchKey>::values) {
    keys += (keys.empty() ? "" : ", ") + std::string(entry.name) + ":";
  }
  return {keys, keys};
}

class Parser {
 public:
  explicit Parser(std::string_view typed) : typed_(truncate_utf8(typed, kReadBytes)) {}

  Result<SearchQuery> run() {
    for (skip_blanks(); !at_end(); skip_blanks()) {
      if (Result<void> part = read_part(); !part) return fail(std::move(part.error()));
      if (query_.words.size() + query_.without.size() + query_.filters.size() > kMostParts) {
        return fail(wrong_search(
            position_,
            {fmt::format("More than {} words and filters. Leave some out.", kMostParts),
             fmt::format("単語と条件は合わせて {} 個までです。減らしてください。", kMostParts)}));
      }
    }
    if (query_.words.empty() && query_.filters.empty() && !query_.without.empty()) {
      return fail(wrong_search(
          query_.without.front().position,
          {"There is only what must not be found. Add a word or a filter that says what to find.",
           "除外する言葉だけでは検索できません。探す言葉か条件を加えてください。"}));
    }
    return std::move(query_);
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= typed_.size(); }
  [[nodiscard]] char32_t peek() const { return decode_utf8(typed_, at_).code; }
  void next() {
    at_ += decode_utf8(typed_, at_).size;
    ++position_;
  }
  void skip_blanks() {
    while (!at_end() && (is_space(peek()) || is_stray(peek()))) next();
  }

  Result<void> read_part() {
    bool without = false;
    if (is_minus(peek())) {
      const std::size_t sign = at_;
      const std::size_t sign_position = position_;
      next();
      without = !at_end() && !is_space(peek());
      // A lone sign is a dash between words; ー alone may be what somebody looks for.
      if (!without) {
        if (typed_.substr(sign, at_ - sign) == "ー") {
          query_.words.push_back({"ー", sign_position});
        }
        return {};
      }
    }
    const std::size_t position = position_;
    if (closing(peek()) != 0) {
      Result<std::string> phrase = read_quoted();
      if (!phrase) return fail(std::move(phrase.error()));
      add(without, std::move(*phrase), position);
      return {};
    }
    if (const std::optional<std::string> key = read_key())
      return read_filter(without, *key, position);
    add(without, read_word(), position);
    return {};
  }

  void add(bool without, std::string text, std::size_t position) {
    if (text.empty()) return;
    (without ? query_.without : query_.words).push_back({std::move(text), position});
  }

  /// The letters before a colon, which it passes; an address of the web has none. Stays where it is
  /// when there is none.
  std::optional<std::string> read_key() {
    std::string key;
    std::size_t i = at_;
    std::size_t characters = 0;
    for (; i < typed_.size(); ++characters) {
      const Utf8Char c = decode_utf8(typed_, i);
      i += c.size;
      if (is_colon(c.code)) break;
      const char one = letter(c.code);
      if (one == '\0') return std::nullopt;
      key += one;
      if (i >= typed_.size()) return std::nullopt;
    }
    if (key.empty() || typed_.substr(i, 2) == "//") return std::nullopt;
    at_ = i;
    position_ += characters + 1;
    return key;
  }

  Result<void> read_filter(bool without, const std::string& name, std::size_t position) {
    const std::optional<SearchKey> key = enum_value<SearchKey>(name);
    if (!key) return fail(unknown_key(name, position));
    if (without) {
      return fail(wrong_search(
          position,
          {fmt::format("Only words can be left out, not \"{}:\". Say the values to keep instead.",
                       name),
           fmt::format("除外できるのは言葉だけです。「{}:」には残したい値を指定してください。",
                       name)}));
    }
    SearchFilter filter{*key, {}, position_};
    if (!at_end() && closing(peek()) != 0) {
      Result<std::string> value = read_quoted();
      if (!value) return fail(std::move(value.error()));
      filter.value = std::move(*value);
    } else {
      filter.value = read_word();
    }
    if (filter.value.empty()) {
      return fail(wrong_search(
          filter.position,
          {fmt::format("\"{0}:\" has no value. Write it behind the colon without a space: "
                       "{0}:value",
                       name),
           fmt::format("「{0}:」の値がありません。コロンのすぐ後ろに続けて書いてください（例: "
                       "{0}:値）。",
                       name)}));
    }
    query_.filters.push_back(std::move(filter));
    return {};
  }

  static Error unknown_key(const std::string& name, std::size_t position) {
    const std::string shown(truncate_utf8(name, kShownBytes));
    const Text keys = all_keys();
    return wrong_search(
        position,
        {fmt::format("There is no filter \"{0}:\". Use one of {1} or put what you look for in "
                     "quotes: \"{0}:…\"",
                     shown, keys.en),
         fmt::format("「{0}:」という条件はありません。使えるのは {1} です。言葉として探すときは"
                     "引用符で囲んでください（例: \"{0}:…\"）。",
                     shown, keys.ja)});
  }

  std::string read_word() {
    const std::size_t begin = at_;
    while (!at_end() && !is_space(peek()) && !is_stray(peek()) && closing(peek()) == 0) next();
    return to_valid_utf8(typed_.substr(begin, at_ - begin));
  }

  Result<std::string> read_quoted() {
    const std::size_t position = position_;
    const char32_t end = closing(peek());
    const std::string opened(typed_.substr(at_, decode_utf8(typed_, at_).size));
    next();
    const std::size_t begin = at_;
    for (; !at_end(); next()) {
      const char32_t c = peek();
      if (c != end && !(end == '"' && is_double_quote(c))) continue;
      std::string inner = to_valid_utf8(typed_.substr(begin, at_ - begin));
      next();
      return inner;
    }
    return fail(wrong_search(
        position,
        {fmt::format("The quote {} is not closed. Close it, or leave it out.", opened),
         fmt::format("引用符 {} が閉じられていません。閉じるか、取り除いてください。", opened)}));
  }

  std::string_view typed_;
  std::size_t at_ = 0;
  std::size_t position_ = 1;
  SearchQuery query_;
};

}  // namespace

Error wrong_search(std::size_t position, const Text& what) {
  return Error::invalid("/q", {fmt::format("Character {}: {}", position, what.en),
                               fmt::format("{} 文字目: {}", position, what.ja)})
      .with_member("position", std::to_string(position));
}

Result<SearchQuery> parse_search_query(std::string_view typed) { return Parser(typed).run(); }

}  // namespace madoguchi::text
