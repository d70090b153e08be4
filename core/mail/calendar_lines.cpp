// SPDX-License-Identifier: Apache-2.0
#include "core/mail/calendar_lines.h"

#include "core/mail/ascii.h"
#include "core/mail/charset.h"
#include "core/mail/transfer.h"
#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kMostLines = 20'000;
constexpr std::size_t kLongestLine = 64 * 1024;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c;
  return out;
}

/// Where the value begins: behind the first colon outside quotes.
std::size_t colon_of(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == ':' && !quoted) return i;
  }
  return std::string_view::npos;
}

/// The next piece up to `end` outside quotes, taken off `rest` with what ends it.
std::string_view take_until(std::string_view& rest, char end) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < rest.size(); ++i) {
    if (rest[i] == '"') quoted = !quoted;
    if (rest[i] == end && !quoted) break;
  }
  const std::string_view piece = rest.substr(0, i);
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return piece;
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    return text.substr(1, text.size() - 2);
  return text;
}

}  // namespace

const std::string* ContentLine::parameter(std::string_view key) const {
  for (const auto& [name_of, value_of] : parameters) {
    if (name_of == key) return &value_of;
  }
  return nullptr;
}

/// A line with those that go on from it: they begin with a blank, or the one before ends in a soft
/// break of quoted-printable.
bool ContentLines::raw_line(std::string& line) {
  Lines lines(bytes_, at_);
  std::string_view piece;
  if (!lines.next(piece)) return false;
  line = piece.substr(0, kLongestLine);
  const bool printable =
      lower(std::string_view(line).substr(0, 200)).find("quoted-printable") != std::string::npos;
  at_ = lines.position();
  while (++lines_ < kMostLines && at_ < bytes_.size()) {
    const bool soft = printable && !line.empty() && line.back() == '=';
    const bool folded = bytes_[at_] == ' ' || bytes_[at_] == '\t';
    if ((!soft && !folded) || !lines.next(piece)) break;
    if (soft) line.pop_back();
    if (line.size() < kLongestLine) line += soft ? piece : piece.substr(1);
    at_ = lines.position();
  }
  return true;
}

std::optional<ContentLine> ContentLines::next() {
  std::string raw;
  while (lines_ < kMostLines && raw_line(raw)) {
    const std::size_t colon = colon_of(raw);
    if (colon == std::string::npos) continue;
    ContentLine line;
    std::string_view head = std::string_view(raw).substr(0, colon);
    std::string_view name = trim(take_until(head, ';'));
    if (const std::size_t group = name.rfind('.'); group != std::string_view::npos)
      name.remove_prefix(group + 1);
    line.name = upper(name);
    while (!head.empty() && line.parameters.size() < 50) {
      std::string_view value = take_until(head, ';');
      const std::string_view key = take_until(value, '=');
      line.parameters.emplace_back(upper(key), mend_utf8(without_quotes(value)));
    }
    line.value = raw.substr(colon + 1);
    const std::string* const encoding = line.parameter("ENCODING");
    const bool printable = line.parameter("QUOTED-PRINTABLE") != nullptr ||
                           (encoding != nullptr && iequals(*encoding, "quoted-printable"));
    if (printable) line.value = decode_quoted_printable(line.value);
    const std::string* const charset = line.parameter("CHARSET");
    line.value =
        charset == nullptr ? mend_utf8(line.value) : decode_text(line.value, *charset).text;
    return line;
  }
  return std::nullopt;
}

std::string shown_value(std::string_view escaped) {
  constexpr std::size_t kLongest = 300;
  std::string out;
  for (std::size_t i = 0; i < escaped.size() && out.size() <= kLongest; ++i) {
    char c = escaped[i];
    if (c == '\\' && i + 1 < escaped.size()) {
      c = escaped[++i];
      if (c == 'n' || c == 'N') c = ' ';
    }
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (!control || c == '\t' || c == '\n') out += control ? ' ' : c;
  }
  return std::string(trim(utf8_prefix(out, kLongest)));
}

}  // namespace madoguchi::mail
