// SPDX-License-Identifier: Apache-2.0
#include "core/mail/quoted.h"

#include <vector>

#include "core/mail/quoted_lines.h"

namespace madoguchi::mail {
namespace {

using quoted::Introduction;
using quoted::Line;
using quoted::Strength;

class Cutter {
 public:
  explicit Cutter(const std::vector<Line>& lines) : lines_(lines), kept_(lines.size(), true) {}

  std::vector<bool> run() {
    cut_quotes();
    if (!forwarded_) {
      cut_device_signatures();
      cut_bordered_signature();
    }
    return std::move(kept_);
  }

 private:
  void cut_quotes() {
    for (std::size_t i = 0; i < lines_.size();) {
      if (quoted::is_blank(lines_[i])) {
        ++i;
      } else if (quoted::is_forward_marker(lines_[i])) {
        forwarded_ = true;
        return;
      } else if (ends_here(i)) {
        cut(i, lines_.size());
        return;
      } else if (quoted::is_signature_marker(lines_[i])) {
        i = cut_signature(i);
      } else if (quoted::is_quoted(lines_[i])) {
        cut(i, i + 1);
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
    return next < lines_.size() && quoted::is_header_block_at(lines_, next);
  }

  /// A signature goes on to the end, or to a mail that is forwarded under it.
  std::size_t cut_signature(std::size_t i) {
    // "--" alone also rules off sections: then much text follows.
    constexpr std::size_t kMostRules = 50;
    const bool sure = lines_[i].whole == "-- ";
    if (!sure && (++bare_rules_ > kMostRules || own_text_is_long(i + 1))) return i + 1;
    std::size_t end = i;
    while (end < lines_.size() && !quoted::is_forward_marker(lines_[end])) ++end;
    cut(i, end);
    return end;
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
      cut(i, behind);
    } else if (introduction.strength == Strength::strong) {
      cut(i, lines_.size());
      return lines_.size();
    }
    return behind;
  }

  void cut_device_signatures() {
    while (true) {
      const std::size_t last = last_kept();
      if (last == lines_.size() || !quoted::is_device_signature(lines_[last])) return;
      cut(last, last + 1);
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
      if (!kept_[i]) return;
      if (quoted::is_form_field(lines_[i])) return;
      if (quoted::is_border(lines_[i]) && i != last) {
        if (contact) cut(i, last + 1);
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

  [[nodiscard]] std::size_t next_text(std::size_t i) const {
    while (i < lines_.size() && quoted::is_blank(lines_[i])) ++i;
    return i;
  }
  /// The last line with text that is still kept, or lines_.size().
  [[nodiscard]] std::size_t last_kept() const {
    for (std::size_t i = lines_.size(); i-- > 0;) {
      if (kept_[i] && !quoted::is_blank(lines_[i])) return i;
    }
    return lines_.size();
  }
  void cut(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) kept_[i] = false;
  }

  const std::vector<Line>& lines_;
  std::vector<bool> kept_;
  bool forwarded_ = false;
  std::size_t bare_rules_ = 0;
};

/// Kept lines; where something was cut out between them, one blank line.
std::string join(const std::vector<Line>& lines, const std::vector<bool>& kept) {
  std::string out;
  std::size_t blanks = 0;
  bool gap = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!kept[i] || quoted::is_blank(lines[i])) {
      gap = gap || !kept[i];
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

std::string visible_text(std::string_view text) {
  constexpr std::size_t kLongest =
      1024 * 1024;  // no person wrote more; looking takes 0.3 s a megabyte
  if (text.size() > kLongest) return std::string(text.substr(0, text.find_last_not_of("\r\n") + 1));
  const std::vector<Line> lines = quoted::lines_of(text);
  std::string visible = join(lines, Cutter(lines).run());
  if (visible.empty()) visible = join(lines, std::vector<bool>(lines.size(), true));
  return visible;
}

}  // namespace madoguchi::mail
