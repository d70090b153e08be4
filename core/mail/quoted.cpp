// SPDX-License-Identifier: Apache-2.0
#include "core/mail/quoted.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "core/mail/html.h"
#include "core/mail/message.h"
#include "core/mail/quoted_lines.h"
#include "core/text/fold.h"

namespace madoguchi::mail {
namespace {

using quoted::Introduction;
using quoted::Line;
using quoted::Strength;
using Reason = HiddenRange::Reason;

enum class Mark : unsigned char { kept, quote, signature };

std::string without_spaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > 0x20 && c != '>') out += c;
  }
  return out;
}

class Cutter {
 public:
  Cutter(const std::vector<Line>& lines, const QuoteHints& hints)
      : lines_(lines), hints_(hints), marks_(lines.size(), Mark::kept) {}

  std::vector<Mark> run() {
    cut_quotes();
    if (!quotes_ && !forwarded_ && !hints_.quoted.empty()) cut_known_quote();
    if (!forwarded_) {
      cut_device_signatures();
      cut_bordered_signature();
      if (quotes_) cut_repeated_signature();
    }
    if (last_kept() == lines_.size()) marks_.assign(lines_.size(), Mark::kept);
    return std::move(marks_);
  }

 private:
  void cut_quotes() {
    for (std::size_t i = 0; i < lines_.size();) {
      if (quoted::is_blank(lines_[i]) || quoted::is_ordinary(lines_[i])) {
        ++i;
      } else if (quoted::is_forward_marker(lines_[i])) {
        forwarded_ = true;
        return;
      } else if (ends_here(i)) {
        forwarded_ = hints_.is_forward;
        if (!forwarded_) cut(i, lines_.size(), Mark::quote);
        return;
      } else if (quoted::is_signature_marker(lines_[i])) {
        i = cut_signature(i);
      } else if (quoted::is_quoted(lines_[i])) {
        cut(i, i + 1, Mark::quote);
        ++i;
      } else {
        i = cut_introduction(i);
      }
    }
  }

  [[nodiscard]] bool ends_here(std::size_t i) const {
    if (quoted::is_original_marker(lines_[i]) || quoted::is_header_block_at(lines_, i)) return true;
    if (!quoted::is_border(lines_[i])) return false;
    const std::size_t next = next_text(i + 1);
    return next < lines_.size() &&
           (quoted::is_original_marker(lines_[next]) || quoted::is_header_block_at(lines_, next));
  }

  /// A signature goes on to the end, or to a mail that is forwarded or quoted under it.
  std::size_t cut_signature(std::size_t i) {
    // "--" alone also rules off sections: then much text follows.
    constexpr std::size_t kMostRules = 50;
    const bool sure = lines_[i].whole == "-- ";
    if (!sure && (++bare_rules_ > kMostRules || own_text_is_long(i + 1))) return i + 1;
    std::size_t end = i;
    while (end < lines_.size() && (end == i || !ends_signature(end))) ++end;
    cut(i, end, Mark::signature);
    return end;
  }

  [[nodiscard]] bool ends_signature(std::size_t i) const {
    if (quoted::is_blank(lines_[i]) || quoted::is_ordinary(lines_[i])) return false;
    return quoted::is_quoted(lines_[i]) || quoted::is_forward_marker(lines_[i]) || ends_here(i) ||
           quoted::introduction_at(lines_, i).strength != Strength::none;
  }

  [[nodiscard]] bool own_text_is_long(std::size_t begin) const {
    constexpr std::size_t kLongestSignature = 15;
    std::size_t count = 0;
    for (std::size_t i = begin; i < lines_.size() && i < begin + 3 * kLongestSignature; ++i) {
      if (quoted::is_quoted(lines_[i]) || quoted::is_original_marker(lines_[i]) ||
          quoted::is_forward_marker(lines_[i])) {
        break;
      }
      count += quoted::is_blank(lines_[i]) ? 0U : 1U;
    }
    return count > kLongestSignature;
  }

  std::size_t cut_introduction(std::size_t i) {
    const Introduction introduction = quoted::introduction_at(lines_, i);
    if (introduction.strength == Strength::none) return i + 1;
    const std::size_t behind = i + introduction.lines;
    const std::size_t next = next_text(behind);
    const bool quotes_follow = next < lines_.size() && quoted::is_quoted(lines_[next]);
    if (quotes_follow) {
      cut(i, behind, Mark::quote);
    } else if (introduction.strength == Strength::strong) {
      cut(i, lines_.size(), Mark::quote);
      return lines_.size();
    }
    return behind;
  }

  /// The html says what is quoted: from the first place on where so many lines in a row are of it.
  void cut_known_quote() {
    constexpr std::size_t kInARow = 3;
    const std::string known = without_spaces(hints_.quoted);
    std::size_t run = 0;
    std::size_t begin = 0;
    bool own = false;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (quoted::is_blank(lines_[i])) continue;
      const bool of_it = known.find(without_spaces(lines_[i].content)) != std::string::npos;
      own = own || (run == 0 && !of_it);
      if (of_it && run++ == 0) begin = i;
      if (!of_it) run = 0;
      const bool last = next_text(i + 1) == lines_.size();
      if (own && run > 0 && (run == kInARow || last)) return cut(begin, lines_.size(), Mark::quote);
    }
  }

  void cut_device_signatures() {
    while (true) {
      const std::size_t last = last_kept();
      if (last == lines_.size() || !quoted::is_device_signature(lines_[last])) return;
      cut(last, last + 1, Mark::signature);
    }
  }

  /// Lines between two borders, or behind one, at the end, that hold a telephone number or the
  /// like.
  void cut_bordered_signature() {
    constexpr std::size_t kLongest = 14;
    const std::size_t last = last_kept();
    if (last == lines_.size() || !border_before(last, kLongest)) return;
    bool contact = false;
    for (std::size_t i = last + 1, seen = 0; i-- > 0 && seen < kLongest; ++seen) {
      if (marks_[i] != Mark::kept) return;
      if (quoted::is_form_field(lines_[i])) return;
      if (quoted::is_border(lines_[i]) && i != last) {
        if (contact) cut(i, last + 1, Mark::signature);
        return;
      }
      contact = contact || quoted::has_contact(lines_[i]);
    }
  }

  /// Whether one of the lines before `last`, `count` in all with it, is a border: few mails have
  /// one, and looking for contacts costs much more.
  [[nodiscard]] bool border_before(std::size_t last, std::size_t count) const {
    for (std::size_t i = last, seen = 1; i-- > 0 && seen < count; ++seen) {
      if (quoted::is_border(lines_[i])) return true;
    }
    return false;
  }

  /// The last paragraphs that end a quoted mail, too: its sender signs like that. What says
  /// something in sentences is no signature, however often it is said.
  void cut_repeated_signature() {
    constexpr std::size_t kFewest = 2;
    constexpr std::size_t kLongest = 14;
    const std::size_t last = last_kept();
    if (last == lines_.size()) return;
    std::unordered_set<std::string> quoted_lines;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (marks_[i] == Mark::quote) quoted_lines.insert(without_spaces(lines_[i].content));
    }
    std::optional<std::size_t> begin;
    bool contact = false;
    bool begin_has_contact = false;
    for (std::size_t i = last + 1, count = 0; i-- > 0 && count < kLongest;) {
      if (quoted::is_blank(lines_[i])) {
        if (count >= kFewest) {
          begin = i + 1;
          begin_has_contact = contact;
        }
        continue;
      }
      if (marks_[i] != Mark::kept || quoted::is_sentence(lines_[i]) ||
          quoted_lines.count(without_spaces(lines_[i].content)) == 0) {
        break;
      }
      contact = contact || quoted::has_contact(lines_[i]) || quoted::has_address(lines_[i]);
      ++count;
    }
    if (begin && begin_has_contact) cut(*begin, last + 1, Mark::signature);
  }

  [[nodiscard]] std::size_t next_text(std::size_t i) const {
    while (i < lines_.size() && quoted::is_blank(lines_[i])) ++i;
    return i;
  }
  /// The last line with text that is still kept, or lines_.size().
  [[nodiscard]] std::size_t last_kept() const {
    for (std::size_t i = lines_.size(); i-- > 0;) {
      if (marks_[i] == Mark::kept && !quoted::is_blank(lines_[i])) return i;
    }
    return lines_.size();
  }
  void cut(std::size_t begin, std::size_t end, Mark mark) {
    std::fill(marks_.begin() + static_cast<std::ptrdiff_t>(begin),
              marks_.begin() + static_cast<std::ptrdiff_t>(end), mark);
    quotes_ = quotes_ || mark == Mark::quote;
  }

  const std::vector<Line>& lines_;
  const QuoteHints& hints_;
  std::vector<Mark> marks_;
  bool forwarded_ = false;
  bool quotes_ = false;
  std::size_t bare_rules_ = 0;
};

// No person wrote more.
constexpr std::size_t kLongestText = 1024 * 1024;

/// Where the line begins that `line` is.
std::size_t offset_of(std::string_view text, const Line& line) {
  return static_cast<std::size_t>(line.whole.data() - text.data());
}

bool hides_quote(std::string_view text) {
  const std::vector<HiddenRange> ranges = hidden_ranges(text);
  return std::any_of(ranges.begin(), ranges.end(),
                     [](const HiddenRange& range) { return range.reason == Reason::quote; });
}

/// Kept lines; where something is hidden between them, one blank line.
std::string join(const std::vector<Line>& lines, const std::vector<Mark>& marks) {
  std::string out;
  std::size_t blanks = 0;
  bool gap = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool kept = marks[i] == Mark::kept;
    if (!kept || quoted::is_blank(lines[i])) {
      gap = gap || !kept;
      ++blanks;
      continue;
    }
    if (!out.empty()) out.append((gap ? 1 : blanks) + 1, '\n');
    out += lines[i].whole;
    blanks = 0;
    gap = false;
  }
  return out;
}

}  // namespace

std::vector<HiddenRange> hidden_ranges(std::string_view text, const QuoteHints& hints) {
  std::vector<HiddenRange> ranges;
  if (text.size() > kLongestText) return ranges;
  const std::vector<Line> lines = quoted::lines_of(text);
  const std::vector<Mark> marks = Cutter(lines, hints).run();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (marks[i] == Mark::kept) continue;
    const Reason reason = marks[i] == Mark::quote ? Reason::quote : Reason::signature;
    const std::size_t begin = offset_of(text, lines[i]);
    const std::size_t end = i + 1 < lines.size() ? offset_of(text, lines[i + 1]) : text.size();
    if (!ranges.empty() && ranges.back().end == begin && ranges.back().reason == reason) {
      ranges.back().end = end;
    } else {
      ranges.push_back({begin, end, reason});
    }
  }
  return ranges;
}

std::string visible_text(std::string_view text, const QuoteHints& hints) {
  if (text.size() > kLongestText) {
    return std::string(text.substr(0, text.find_last_not_of("\r\n") + 1));
  }
  const std::vector<Line> lines = quoted::lines_of(text);
  return join(lines, Cutter(lines, hints).run());
}

bool is_forward_subject(std::string_view subject) {
  static constexpr std::string_view kWords[] = {"fw",   "fwd",  "転送",   "tr",     "wg",
                                                "rv",   "enc",  "i",      "vs",     "转发",
                                                "轉寄", "전달", "doorst", "inoltro"};
  const std::string folded = text::fold(subject.substr(0, 40));
  // "[Fwd: x]", "TR : x", "【転送】x"
  const std::size_t begin = std::min(folded.find_first_not_of(" ["), folded.size());
  const std::string_view head = std::string_view(folded).substr(begin);
  if (head.substr(0, std::string_view("【転送】").size()) == "【転送】") return true;
  const std::size_t colon = head.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view word = head.substr(0, head.find_last_not_of(" :", colon) + 1);
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

std::string visible_text(const Message& mail) {
  QuoteHints hints;
  hints.is_forward = is_forward_subject(mail.subject);
  std::string quoted;
  if (!hints.is_forward && html_marks_quotes(mail.html) && !hides_quote(mail.text)) {
    quoted = html_quotes(mail.html);
    hints.quoted = quoted;
  }
  return visible_text(mail.text, hints);
}

}  // namespace madoguchi::mail
