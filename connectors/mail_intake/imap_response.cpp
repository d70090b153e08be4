// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/imap_response.h"

#include <algorithm>
#include <charconv>

#include "connectors/mail_intake/imap_text.h"

namespace madoguchi::connectors::mail_intake {
namespace {

constexpr int kDeepest = 32;

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Walks through the data of one response.
class Walker {
 public:
  Walker(std::string_view text, std::vector<std::string>& literals)
      : text_(text), literals_(literals) {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }
  [[nodiscard]] bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void skip_spaces() {
    while (take(' ')) {
    }
  }

  /// The name of an attribute, its section too: "BODY[]", "RFC822.SIZE", "BODY[]<0>".
  std::string_view name() {
    std::size_t end = 0;
    bool in_section = false;
    while (end < text_.size()) {
      const char c = text_[end];
      if (c == ImapResponse::kLiteral) break;
      if (c == '[') in_section = true;
      if (c == ']') in_section = false;
      if (!in_section && (c == ' ' || c == '(' || c == ')' || c == '"')) break;
      ++end;
    }
    return shift(end);
  }

  /// A string, a literal or an atom; false when there is none. NIL is `is_nil`.
  bool value(std::string& out, bool& is_nil) {
    is_nil = false;
    out.clear();
    if (text_.empty() || text_.front() == '(' || text_.front() == ')') return false;
    if (take(ImapResponse::kLiteral)) {
      if (next_literal_ >= literals_.size()) return false;
      out = std::move(literals_[next_literal_++]);
      return true;
    }
    if (take('"')) return quoted(out);
    const std::size_t end =
        std::min(text_.find_first_of(std::string_view(" ()\"\0", 5)), text_.size());
    out = shift(end);
    is_nil = upper(out) == "NIL";
    return end > 0;
  }

  /// Any value, lists too.
  bool skip_value() {
    std::string ignored;
    bool is_nil = false;
    if (text_.empty() || text_.front() != '(') return value(ignored, is_nil);
    int depth = 0;
    do {
      skip_spaces();
      if (take('(')) {
        if (++depth > kDeepest) return false;
      } else if (take(')')) {
        --depth;
      } else if (!value(ignored, is_nil)) {
        return false;
      }
    } while (depth > 0);
    return true;
  }

 private:
  std::string_view shift(std::size_t count) {
    const std::string_view taken = text_.substr(0, count);
    text_.remove_prefix(count);
    return taken;
  }

  bool quoted(std::string& out) {
    for (std::size_t at = 0; at < text_.size(); ++at) {
      if (text_[at] == '"') {
        text_.remove_prefix(at + 1);
        return true;
      }
      if (text_[at] == '\\' && at + 1 < text_.size()) ++at;
      out += text_[at];
    }
    return false;
  }

  std::string_view text_;
  std::vector<std::string>& literals_;
  std::size_t next_literal_ = 0;
};

bool is_status(std::string_view name) {
  return name == "OK" || name == "NO" || name == "BAD" || name == "BYE" || name == "PREAUTH";
}

std::string_view next_word(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

bool set_attribute(ImapFetched& mail, const std::string& name, Walker& walker) {
  const bool is_body = name == "BODY[]" || name == "BODY[]<0>";
  if (!is_body && name != "UID" && name != "RFC822.SIZE" && name != "INTERNALDATE") {
    return walker.skip_value();
  }
  std::string value;
  bool is_nil = false;
  if (!walker.value(value, is_nil)) return false;
  if (is_body) {
    if (!is_nil) mail.body = std::move(value);
  } else if (name == "UID") {
    mail.uid = number_of<std::uint32_t>(value).value_or(0);
  } else if (name == "RFC822.SIZE") {
    mail.size = std::max<std::int64_t>(number_of<std::int64_t>(value).value_or(-1), -1);
  } else {
    mail.internal_date = parse_internal_date(value);
    mail.date_text = std::move(value);
  }
  return true;
}

}  // namespace

std::optional<std::uint32_t> ImapResponse::code_number(std::string_view code_name) const {
  std::string_view text = code;
  if (upper(next_word(text)) != code_name) return std::nullopt;
  return number_of<std::uint32_t>(text);
}

std::optional<std::size_t> announced_literal(std::string_view line) {
  if (line.empty() || line.back() != '}') return std::nullopt;
  line.remove_suffix(1);
  const std::size_t open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  return number_of<std::size_t>(line.substr(open + 1));
}

std::optional<ImapResponse> parse_response(std::string text, std::vector<std::string> literals) {
  const auto places = std::count(text.begin(), text.end(), ImapResponse::kLiteral);
  if (static_cast<std::size_t>(places) != literals.size()) return std::nullopt;
  ImapResponse response;
  response.literals = std::move(literals);
  std::string_view left = text;
  response.tag = next_word(left);
  if (response.tag.empty()) return std::nullopt;
  if (response.tag != "+") {
    std::string_view word = next_word(left);
    if (response.is_untagged()) {
      if (const auto number = number_of<std::uint32_t>(word)) {
        response.number = *number;
        word = next_word(left);
      }
    }
    response.name = upper(word);
    if (response.name.empty()) return std::nullopt;
  }
  if (is_status(response.name) && !left.empty() && left.front() == '[') {
    const std::size_t close = left.find(']');
    if (close != std::string_view::npos) {
      response.code = left.substr(1, close - 1);
      left.remove_prefix(close + 1);
      if (!left.empty() && left.front() == ' ') left.remove_prefix(1);
    }
  }
  response.rest = left;
  return response;
}

std::optional<ImapFetched> parse_fetch(ImapResponse response) {
  if (!response.is_untagged() || response.name != "FETCH") return std::nullopt;
  Walker walker(response.rest, response.literals);
  ImapFetched mail;
  if (!walker.take('(')) return std::nullopt;
  while (true) {
    walker.skip_spaces();
    if (walker.take(')')) return mail;
    const std::string name = upper(walker.name());
    if (name.empty()) return std::nullopt;
    walker.skip_spaces();
    if (!set_attribute(mail, name, walker)) return std::nullopt;
  }
}

std::vector<std::uint32_t> parse_search(const ImapResponse& response) {
  std::vector<std::uint32_t> numbers;
  std::string_view left = response.rest;
  while (!left.empty()) {
    if (const auto number = number_of<std::uint32_t>(next_word(left)); number && *number != 0) {
      numbers.push_back(*number);
    }
  }
  return numbers;
}

std::set<std::string> parse_capabilities(std::string_view words) {
  std::set<std::string> out;
  while (!words.empty()) {
    std::string word = upper(next_word(words));
    if (!word.empty()) out.insert(std::move(word));
  }
  return out;
}

}  // namespace madoguchi::connectors::mail_intake
