// SPDX-License-Identifier: Apache-2.0
#include "core/mail/tnef_rtf.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/mail/ascii.h"
#include "core/mail/charset.h"
#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

/// What the dictionary begins with ([MS-OXRTFCP] 2.1.2.1).
constexpr std::string_view kDictionary =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
static_assert(kDictionary.size() == 207);

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

constexpr std::size_t kDeepest = 200;

bool is_left_out(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "fonttbl",  "colortbl",  "stylesheet", "info",
      "pict",     "object",    "header",     "footer",
      "headerl",  "headerr",   "headerf",    "footerl",
      "footerr",  "footerf",   "listtable",  "listoverridetable",
      "rsidtbl",  "generator", "themedata",  "datastore",
      "xmlnstbl", "fldinst"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char folded = fold_case(c);
  return folded >= 'a' && folded <= 'f' ? folded - 'a' + 10 : -1;
}

class RtfReader {
 public:
  explicit RtfReader(std::string_view rtf) : rtf_(rtf) {
    // Only the head says what it was made of.
    html_ = rtf.substr(0, 4096).find("\\fromhtml1") != std::string_view::npos;
  }

  RtfText read() {
    groups_.emplace_back();
    while (at_ < rtf_.size()) step();
    flush();
    return {std::move(out_), html_};
  }

 private:
  struct Group {
    bool left_out = false;
    bool html_tag = false;  ///< of the html that was wrapped
    bool rtf_only = false;  ///< \htmlrtf: what only RTF needs
    std::size_t unicode_skip = 1;
  };

  void step() {
    const char c = rtf_[at_++];
    switch (c) {
      case '{':
        // Deeper ones are read as if they were not groups; their ends find nothing to end.
        if (groups_.size() < kDeepest) groups_.push_back(groups_.back());
        return;
      case '}':
        if (groups_.size() > 1) groups_.pop_back();
        return;
      case '\\':
        control();
        return;
      case '\r':
      case '\n':
        return;
      default:
        put(c);
    }
  }

  void control() {
    if (at_ >= rtf_.size()) return;
    const char c = rtf_[at_];
    const bool letter = fold_case(c) >= 'a' && fold_case(c) <= 'z';
    if (letter) return word();
    ++at_;
    switch (c) {
      case '\'': {
        const int high = at_ + 1 < rtf_.size() ? hex_digit(rtf_[at_]) : -1;
        const int low = high >= 0 ? hex_digit(rtf_[at_ + 1]) : -1;
        if (low < 0) return;
        at_ += 2;
        put(static_cast<char>(high << 4 | low));
        return;
      }
      case '*':
        starred_ = true;
        return;
      case '~':
        put(' ');
        return;
      case '\\':
      case '{':
      case '}':
        put(c);
        return;
      case '\r':
      case '\n':
        put('\n');
        return;
      default:
        return;
    }
  }

  void word() {
    const std::size_t begin = at_;
    while (at_ < rtf_.size() && fold_case(rtf_[at_]) >= 'a' && fold_case(rtf_[at_]) <= 'z') ++at_;
    const std::string_view name = rtf_.substr(begin, at_ - begin);
    bool negative = false;
    if (at_ < rtf_.size() && rtf_[at_] == '-') {
      negative = true;
      ++at_;
    }
    std::optional<long> number;
    for (; at_ < rtf_.size() && is_digit(rtf_[at_]); ++at_)
      number = std::min(number.value_or(0) * 10 + (rtf_[at_] - '0'), 1'000'000L);
    if (number && negative) number = -*number;
    if (at_ < rtf_.size() && rtf_[at_] == ' ') ++at_;
    obey(name, number);
  }

  void obey(std::string_view name, std::optional<long> number) {
    Group& group = groups_.back();
    const bool starred = std::exchange(starred_, false);
    if (starred && name == "htmltag") {
      group.html_tag = true;
    } else if (starred && name == "mhtmltag") {
      group.left_out = true;
    } else if (starred || is_left_out(name)) {
      group.left_out = true;
    } else if (name == "htmlrtf") {
      group.rtf_only = number.value_or(1) != 0;
    } else if (name == "par" || name == "line" || name == "row" || name == "sect") {
      put('\n');
    } else if (name == "tab" || name == "cell") {
      put('\t');
    } else if (name == "ansicpg" && number) {
      flush();
      charset_ = code_page_charset(static_cast<unsigned>(std::max(*number, 0L)));
    } else if (name == "uc" && number) {
      group.unicode_skip = static_cast<std::size_t>(std::clamp(*number, 0L, 8L));
    } else if (name == "u" && number) {
      unicode(*number);
    } else {
      symbol(name);
    }
  }

  void symbol(std::string_view name) {
    struct Symbol {
      std::string_view word;
      std::uint32_t code;
    };
    static constexpr Symbol kSymbols[] = {
        {"lquote", 0x2018}, {"rquote", 0x2019}, {"ldblquote", 0x201C}, {"rdblquote", 0x201D},
        {"bullet", 0x2022}, {"endash", 0x2013}, {"emdash", 0x2014}};
    for (const Symbol& known : kSymbols) {
      if (known.word == name) return put_code(known.code);
    }
  }

  /// \uN, with N as a signed 16-bit number, and the characters that stand for it in old readers.
  void unicode(long number) {
    const auto unit = static_cast<std::uint32_t>(number & 0xFFFF);
    if (unit >= 0xD800 && unit < 0xDC00) {
      high_surrogate_ = unit;
    } else if (unit >= 0xDC00 && unit < 0xE000 && high_surrogate_ != 0) {
      put_code(0x10000 + ((high_surrogate_ - 0xD800) << 10) + (unit - 0xDC00));
      high_surrogate_ = 0;
    } else {
      put_code(unit);
    }
    for (std::size_t i = 0; i < groups_.back().unicode_skip && at_ < rtf_.size(); ++i) {
      if (rtf_[at_] == '{' || rtf_[at_] == '}') return;
      if (rtf_[at_] != '\\') {
        ++at_;
      } else if (rtf_.substr(at_, 2) == "\\'") {
        at_ = std::min(at_ + 4, rtf_.size());
      } else {
        return;
      }
    }
  }

  [[nodiscard]] bool is_shown() const {
    const Group& group = groups_.back();
    return !group.left_out && !(html_ && group.rtf_only);
  }
  void put(char c) {
    if (is_shown()) pending_ += c;
  }
  void put_code(std::uint32_t code) {
    if (!is_shown()) return;
    flush();
    append_utf8(code, out_);
  }
  /// Bytes are decoded in one run: a character may be several.
  void flush() {
    if (pending_.empty()) return;
    out_ += is_ascii(pending_) ? pending_ : decode_text(pending_, charset_).text;
    pending_.clear();
  }

  std::string_view rtf_;
  std::size_t at_ = 0;
  std::vector<Group> groups_;
  std::string out_;
  std::string pending_;
  std::string_view charset_ = "windows-1252";
  std::uint32_t high_surrogate_ = 0;
  bool html_ = false;
  bool starred_ = false;
};

}  // namespace

std::optional<std::string> decompress_rtf(std::string_view bytes, std::size_t most) {
  constexpr std::size_t kHeader = 16;
  constexpr std::uint32_t kCompressed = 0x75465A4C;
  constexpr std::uint32_t kPlain = 0x414C454D;
  constexpr std::size_t kWindow = 4096;
  if (bytes.size() < kHeader) return std::nullopt;
  const std::uint32_t kind = little_endian(bytes, 8);
  const std::size_t said = std::min<std::size_t>(little_endian(bytes, 4), most);
  const std::string_view input = bytes.substr(kHeader);
  if (kind == kPlain) return std::string(input.substr(0, said));
  if (kind != kCompressed) return std::nullopt;
  std::string window(kWindow, '\0');
  std::copy(kDictionary.begin(), kDictionary.end(), window.begin());
  std::size_t write = kDictionary.size();
  std::string out;
  const auto put = [&](char c) {
    window[write] = c;
    write = (write + 1) % kWindow;
    out += c;
  };
  for (std::size_t at = 0; at < input.size() && out.size() < said;) {
    const auto control = static_cast<unsigned char>(input[at++]);
    for (unsigned bit = 0; bit < 8 && at < input.size() && out.size() < said; ++bit) {
      if ((control >> bit & 1U) == 0) {
        put(input[at++]);
        continue;
      }
      if (at + 1 >= input.size()) return out;
      const unsigned reference = static_cast<unsigned>(static_cast<unsigned char>(input[at])) << 8 |
                                 static_cast<unsigned char>(input[at + 1]);
      at += 2;
      std::size_t read = reference >> 4;
      if (read == write) return out;  // the mark of the end
      for (unsigned left = (reference & 15U) + 2; left != 0 && out.size() < said; --left) {
        put(window[read]);
        read = (read + 1) % kWindow;
      }
    }
  }
  return out;
}

RtfText read_rtf(std::string_view rtf) { return RtfReader(rtf).read(); }

std::string_view code_page_charset(unsigned code_page) {
  struct Known {
    unsigned page;
    std::string_view label;
  };
  static constexpr Known kKnown[] = {
      {437, "ibm437"},        {850, "ibm850"},        {874, "windows-874"},
      {932, "shift_jis"},     {936, "gb18030"},       {949, "euc-kr"},
      {950, "big5"},          {1250, "windows-1250"}, {1251, "windows-1251"},
      {1252, "windows-1252"}, {1253, "windows-1253"}, {1254, "windows-1254"},
      {1255, "windows-1255"}, {1256, "windows-1256"}, {1257, "windows-1257"},
      {1258, "windows-1258"}, {20127, "us-ascii"},    {20932, "euc-jp"},
      {28591, "iso-8859-1"},  {28592, "iso-8859-2"},  {50220, "iso-2022-jp"},
      {50221, "iso-2022-jp"}, {50222, "iso-2022-jp"}, {51932, "euc-jp"},
      {51949, "euc-kr"},      {54936, "gb18030"},     {65001, "utf-8"}};
  for (const Known& known : kKnown) {
    if (known.page == code_page) return known.label;
  }
  return {};
}

}  // namespace madoguchi::mail
