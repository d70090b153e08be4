// SPDX-License-Identifier: Apache-2.0
#include "core/mail/header.h"

#include <algorithm>
#include <array>

#include "core/mail/ascii.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kLookAhead = 30;  // lines of junk that may stand before a header

constexpr std::array<bool, 256> make_name_table() {
  std::array<bool, 256> table{};
  for (std::size_t c = 33; c < 127; ++c) table[c] = c != ':';
  return table;
}
constexpr std::array<bool, 256> kNameOctet = make_name_table();

/// The colon of "Name: value" or "Name : value", npos when the line is no header.
std::size_t field_colon(std::string_view line) {
  std::size_t i = 0;
  while (i < line.size() && kNameOctet[static_cast<unsigned char>(line[i])]) ++i;
  if (i == 0 || i > 126 || line.substr(0, 2) == "--") return std::string_view::npos;
  const std::size_t name = i;
  while (i < line.size() && (line[i] == ' ' || line[i] == '\t')) ++i;
  if (i >= line.size() || line[i] != ':' || i - name > 8) return std::string_view::npos;
  return i;
}

bool is_known_name(std::string_view name) {
  static constexpr std::string_view kPrefixes[] = {"x-",    "content-",  "received", "resent-",
                                                   "list-", "arc-",      "dkim-",    "thread-",
                                                   "auto-", "delivered-"};
  static constexpr std::string_view kNames[] = {"from",
                                                "to",
                                                "cc",
                                                "bcc",
                                                "subject",
                                                "date",
                                                "message-id",
                                                "mime-version",
                                                "return-path",
                                                "reply-to",
                                                "sender",
                                                "references",
                                                "in-reply-to",
                                                "authentication-results",
                                                "user-agent",
                                                "importance",
                                                "priority",
                                                "precedence",
                                                "organization",
                                                "errors-to",
                                                "comments",
                                                "keywords",
                                                "domainkey-signature",
                                                "disposition-notification-to",
                                                "mailing-list",
                                                "envelope-to",
                                                "feedback-id",
                                                "original-recipient",
                                                "apparently-to",
                                                "status"};
  const auto is_prefix = [&](std::string_view p) { return istarts_with(name, p); };
  const auto is_name = [&](std::string_view n) { return iequals(name, n); };
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes), is_prefix) ||
         std::any_of(std::begin(kNames), std::end(kNames), is_name);
}

std::string_view name_of(std::string_view line, std::size_t colon) {
  std::string_view name = line.substr(0, colon);
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
  return name;
}

bool is_known_field(std::string_view line) {
  const std::size_t colon = field_colon(line);
  return colon != std::string_view::npos && is_known_name(name_of(line, colon));
}

/// True when a header everybody knows follows within a few lines, before any blank one.
bool known_field_follows(std::string_view bytes, std::size_t from) {
  Lines lines(bytes, from);
  std::string_view line;
  for (std::size_t i = 0; i < kLookAhead && lines.next(line) && !line.empty(); ++i) {
    if (line.substr(0, 2) == "--") return false;
    if (is_known_field(line)) return true;
  }
  return false;
}

/// Reads one block line by line; see split_fields.
class FieldReader {
 public:
  FieldReader(std::string_view bytes, const FieldLimits& limits, bool whole_mail)
      : bytes_(bytes), limits_(limits), whole_mail_(whole_mail) {}

  FieldBlock read() {
    block_.fields.reserve(whole_mail_ ? 32 : 4);
    const std::size_t start = find_start();
    if (start == std::string_view::npos) return all_body();
    Lines lines(bytes_, start);
    std::string_view line;
    std::size_t at = start;
    for (; lines.next(line); at = lines.position()) {
      if (!take(line, at, lines.position())) break;
    }
    if (!ended_) block_.body = bytes_.substr(bytes_.size());
    if (starts_blank_) return std::move(block_);
    // "Note: call me" and more of the like is a text without headers, not a header.
    if (!known_ && (block_.fields.empty() || block_.mended || !ended_)) return all_body();
    return std::move(block_);
  }

 private:
  FieldBlock all_body() {
    FieldBlock all;
    all.body = bytes_;
    all.mended = whole_mail_ || !bytes_.empty();
    return all;
  }

  /// Where the first header (or, in a part without any, its blank line) starts.
  std::size_t find_start() {
    std::size_t at = 0;
    if (whole_mail_ && bytes_.substr(0, 3) == "\xEF\xBB\xBF") at = 3;
    Lines lines(bytes_, at);
    std::string_view line;
    bool junk = false;
    for (std::size_t i = 0; i < kLookAhead; ++i, at = lines.position()) {
      if (!lines.next(line)) return std::string_view::npos;
      if (line.empty()) {
        if (junk) return std::string_view::npos;
        starts_blank_ = !whole_mail_;
        if (starts_blank_) return at;
        continue;
      }
      if (field_colon(line) != std::string_view::npos && (!junk || is_known_field(line))) {
        block_.mended = block_.mended || junk || i != 0;
        return at;
      }
      if (i == 0 && whole_mail_ && line.substr(0, 5) == "From ") continue;
      junk = true;
    }
    return std::string_view::npos;
  }

  /// False when the headers end at this line.
  bool take(std::string_view line, std::size_t at, std::size_t next) {
    if (line.empty()) return end(next);
    // Behind the limit nothing is taken any more, only the end looked for, and not far ahead for
    // it.
    const bool is_behind = at > limits_.octets;
    if (line[0] == ' ' || line[0] == '\t') {
      if (trim(line).empty() && (is_behind || !goes_on_after_blank(next))) return end(next);
      extend(at + line.size());
      return true;
    }
    const std::size_t colon = field_colon(line);
    if (colon != std::string_view::npos) {
      add(line, at, colon);
      return true;
    }
    block_.mended = true;
    if (line.substr(0, 2) != "--" && !is_behind && known_field_follows(bytes_, next)) return true;
    return end(at);
  }

  bool end(std::size_t body) {
    block_.body = bytes_.substr(body);
    ended_ = true;
    return false;
  }

  /// A line of blanks is folding only when a header comes after it, or the rest of this one and
  /// then a header.
  bool goes_on_after_blank(std::size_t next) const {
    Lines lines(bytes_, next);
    std::string_view line;
    for (std::size_t i = 0; i < kLookAhead && lines.next(line) && !line.empty(); ++i) {
      if (line[0] != ' ' && line[0] != '\t') return is_known_field(line);
    }
    return false;
  }

  void add(std::string_view line, std::size_t at, std::size_t colon) {
    const std::string_view name = name_of(line, colon);
    known_ = known_ || is_known_name(name);
    value_at_ = at + colon + 1;
    skipping_ = block_.fields.size() >= limits_.fields || at > limits_.octets;
    if (skipping_) {
      block_.limited = true;
      return;
    }
    block_.fields.push_back({name, {}});
    extend(at + line.size());
  }

  void extend(std::size_t value_end) {
    if (skipping_ || block_.fields.empty()) return;
    std::size_t size = value_end - value_at_;
    const std::size_t room =
        std::min(limits_.line, limits_.octets - std::min(limits_.octets, value_at_) + 1024);
    if (size > room) {
      size = room;
      block_.limited = true;
    }
    block_.fields.back().value = bytes_.substr(value_at_, size);
  }

  std::string_view bytes_;
  const FieldLimits& limits_;
  bool whole_mail_;
  FieldBlock block_;
  std::size_t value_at_ = 0;
  bool known_ = false;
  bool starts_blank_ = false;
  bool ended_ = false;
  bool skipping_ = false;
};

}  // namespace

const std::string_view* FieldBlock::find(std::string_view name) const {
  for (const RawField& field : fields) {
    if (iequals(field.name, name)) return &field.value;
  }
  return nullptr;
}

FieldBlock split_fields(std::string_view bytes, const FieldLimits& limits, bool whole_mail) {
  return FieldReader(bytes, limits, whole_mail).read();
}

std::string unfold(std::string_view folded) {
  folded = trim(folded);
  std::string out;
  out.reserve(folded.size());
  while (!folded.empty()) {
    const std::size_t stop = std::min(folded.find('\n'), folded.find('\r'));
    out.append(folded.substr(0, stop));
    if (stop == std::string_view::npos) break;
    while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
    folded.remove_prefix(stop);
    while (!folded.empty() && is_blank(folded.front())) folded.remove_prefix(1);
    if (!folded.empty()) out += ' ';
  }
  return out;
}

}  // namespace madoguchi::mail
