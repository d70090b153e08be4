// SPDX-License-Identifier: Apache-2.0
#include "core/mail/quoted_lines.h"

#include <algorithm>

#include "core/text/fold.h"

namespace madoguchi::mail::quoted {
namespace {

// Compared with folded text: lower case, half width, hiragana.
constexpr std::size_t kLongestMarker = 120;
constexpr std::size_t kLongestIntroduction = 400;

template <std::size_t N>
bool contains_any(std::string_view text, const std::string_view (&pieces)[N]) {
  return std::any_of(std::begin(pieces), std::end(pieces), [&](std::string_view piece) {
    return text.find(piece) != std::string_view::npos;
  });
}

/// Of two that are not empty the first octet settles nearly all cases.
bool starts_with(std::string_view text, std::string_view piece) {
  if (text.size() < piece.size()) return false;
  return piece.empty() || (text.front() == piece.front() && text.substr(0, piece.size()) == piece);
}
bool ends_with(std::string_view text, std::string_view piece) {
  return text.size() >= piece.size() && text.substr(text.size() - piece.size()) == piece;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c; }

template <std::size_t N>
bool starts_with_any(std::string_view text, const std::string_view (&pieces)[N]) {
  return std::any_of(std::begin(pieces), std::end(pieces),
                     [&](std::string_view piece) { return starts_with(text, piece); });
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kIdeographicSpace = "\xE3\x80\x80";
  constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
  const auto one_of = [](char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
  };
  while (!text.empty()) {
    if (one_of(text.front())) {
      text.remove_prefix(1);
    } else if (starts_with(text, kIdeographicSpace)) {
      text.remove_prefix(3);
    } else if (starts_with(text, kNoBreakSpace)) {
      text.remove_prefix(2);
    } else {
      break;
    }
  }
  while (!text.empty()) {
    if (one_of(text.back())) {
      text.remove_suffix(1);
    } else if (ends_with(text, kIdeographicSpace)) {
      text.remove_suffix(3);
    } else if (ends_with(text, kNoBreakSpace)) {
      text.remove_suffix(2);
    } else {
      break;
    }
  }
  return text;
}

/// Octets of the dash, star or the like that `text` begins with, 0 when it begins with none.
std::size_t mark_size(std::string_view text) {
  static constexpr std::string_view kWide[] = {"━", "─", "＿", "═", "～", "－", "＝", "＊",
                                               "■", "□", "◆",  "◇", "★",  "☆",  "┏",  "┓",
                                               "┗", "┛", "…",  "―", "‐",  "—",  "–",  "＋"};
  if (text.empty()) return 0;
  if (static_cast<unsigned char>(text.front()) < 0x80) {
    return std::string_view("-=_*~+#").find(text.front()) == std::string_view::npos ? 0 : 1;
  }
  // Kana begin with the same octet as two of them: nearly every Japanese line comes by here.
  if (text.front() == '\xE3') {
    const bool mark = starts_with(text, "〜") || starts_with(text, "・") || starts_with(text, "ー");
    return mark ? 3 : 0;
  }
  if (text.front() != '\xE2' && text.front() != '\xEF') return 0;
  for (const std::string_view mark : kWide) {
    if (starts_with(text, mark)) return mark.size();
  }
  return 0;
}

/// The words between dashes ("----- Original Message -----"), folded; "" when there are no dashes.
std::string between_dashes(const Line& line) {
  constexpr std::size_t kShortest = 8;
  if (line.content.size() > kLongestMarker || line.content.size() < kShortest) return {};
  std::string_view inner = line.content;
  std::size_t dashes = 0;
  for (std::size_t size = mark_size(inner); size != 0; size = mark_size(inner)) {
    inner.remove_prefix(size);
    ++dashes;
  }
  if (dashes < 2 || inner.empty()) return {};
  const std::string folded = text::fold(inner);
  return std::string(trim(folded));
}

/// A year, a clock time, or a date by numbers.
bool has_date(std::string_view folded) {
  for (std::size_t i = 0; i + 3 < folded.size(); ++i) {
    if (!is_digit(folded[i])) continue;
    const bool first = i == 0 || !is_digit(folded[i - 1]);
    if (!first) continue;
    if ((folded.substr(i, 2) == "20" || folded.substr(i, 2) == "19") && is_digit(folded[i + 2]) &&
        is_digit(folded[i + 3])) {
      return true;
    }
    const std::size_t colon = is_digit(folded[i + 1]) ? i + 2 : i + 1;
    if (colon + 2 < folded.size() && folded[colon] == ':' && is_digit(folded[colon + 1]) &&
        is_digit(folded[colon + 2])) {
      return true;
    }
  }
  return false;
}

bool has_writing_verb(std::string_view folded) {
  static constexpr std::string_view kVerbs[] = {"wrote",     "writes",       "schrieb",
                                                "a écrit",   "ecrit",        "escribió",
                                                "escribio",  "ha scritto",   "scrive",
                                                "escreveu",  "schreef",      "skrev",
                                                "kirjoitti", "napisał",      "napisal",
                                                "пишет",     "написал",      "писал",
                                                "写道",      "寫道",         "작성",
                                                "のめーる",  "のめっせーじ", "書きました",
                                                "書いた",    "からのめーる", "からのめっせーじ",
                                                "yazdı",     "napsal",       "a scris",
                                                "quoting",   "đã viết",      "님이 작성",
                                                "からの引用"};
  return contains_any(folded, kVerbs);
}

/// How an introduction that takes more than one line begins: with a date, or such a word before it.
bool begins_introduction(std::string_view text) {
  static constexpr std::string_view kWords[] = {"on ",  "le ",  "am ",     "el ",     "il ", "op ",
                                                "em ",  "den ", "w dniu ", "dnia ",   "pe ", "dne ",
                                                "kl. ", "at ",  "vào ",    "quoting "};
  static constexpr std::string_view kWide[] = {"在", "于", "於", "（", "０", "１", "２", "３"};
  constexpr std::size_t kLongestWord = 8;
  if (text.empty()) return false;
  const char first = lower(text.front());
  if (is_digit(first) || first == '(') return true;
  if (first == '\xE3') return starts_with(text, "【");
  if (static_cast<unsigned char>(first) >= 0x80) return starts_with_any(text, kWide);
  if (first < 'a' || first > 'z') return false;
  if (text.substr(0, kLongestWord).find(' ') == std::string_view::npos) return false;
  std::string head(text.substr(0, kLongestWord));
  std::transform(head.begin(), head.end(), head.begin(), lower);
  return starts_with_any(head, kWords);
}

bool ends_with_colon(std::string_view text) {
  return text.back() == ':' || (text.back() == '\x9A' && ends_with(text, "："));
}
/// "…さんは書きました", the one introduction without a colon.
bool ends_in_written(std::string_view text) {
  return ends_with(text, "書きました") || ends_with(text, "書きました。");
}

/// Where the name of a header would end, npos when no line of headers begins like this.
std::size_t name_end(std::string_view text) {
  constexpr std::size_t kLongestName = 32;
  const std::string_view head = text.substr(0, kLongestName);
  const std::size_t narrow = head.find(':');
  return narrow != std::string_view::npos ? narrow : head.find("：");
}

Strength strength_of(std::string_view folded) {
  if (folded.size() > kLongestIntroduction || folded.empty()) return Strength::none;
  const bool colon = folded.back() == ':';
  if (!colon && !ends_in_written(folded)) return Strength::none;
  const bool date = has_date(folded);
  const bool address = folded.find('@') != std::string_view::npos;
  if (has_writing_verb(folded)) return date || address ? Strength::strong : Strength::weak;
  // Gmail in Japanese and others: only date, name and address.
  if (date && address && is_digit(folded.front())) return Strength::strong;
  if (date && is_digit(folded.front()) && folded.find("年") != std::string_view::npos)
    return Strength::weak;
  return Strength::none;
}

enum HeaderKind : unsigned { kNone = 0, kFrom = 1, kDate = 2, kTo = 4, kSubject = 8, kOther = 16 };

unsigned header_kind(const Line& line) {
  const std::size_t end = name_end(line.content);
  if (end == std::string_view::npos) return kNone;
  struct Name {
    std::string_view text;
    unsigned kind;
  };
  static constexpr Name kNames[] = {{"from", kFrom},
                                    {"差出人", kFrom},
                                    {"送信者", kFrom},
                                    {"送信元", kFrom},
                                    {"von", kFrom},
                                    {"de", kFrom},
                                    {"da", kFrom},
                                    {"van", kFrom},
                                    {"från", kFrom},
                                    {"fra", kFrom},
                                    {"od", kFrom},
                                    {"lähettäjä", kFrom},
                                    {"от", kFrom},
                                    {"kimden", kFrom},
                                    {"发件人", kFrom},
                                    {"寄件者", kFrom},
                                    {"보낸사람", kFrom},
                                    {"sent", kDate},
                                    {"date", kDate},
                                    {"送信日時", kDate},
                                    {"送信日", kDate},
                                    {"送信", kDate},
                                    {"日時", kDate},
                                    {"日付", kDate},
                                    {"受信日時", kDate},
                                    {"gesendet", kDate},
                                    {"datum", kDate},
                                    {"envoyé", kDate},
                                    {"fecha", kDate},
                                    {"enviado", kDate},
                                    {"inviato", kDate},
                                    {"data", kDate},
                                    {"verzonden", kDate},
                                    {"skickat", kDate},
                                    {"sendt", kDate},
                                    {"wysłano", kDate},
                                    {"odesláno", kDate},
                                    {"lähetetty", kDate},
                                    {"отправлено", kDate},
                                    {"дата", kDate},
                                    {"gönderildi", kDate},
                                    {"tarih", kDate},
                                    {"发送时间", kDate},
                                    {"日期", kDate},
                                    {"寄件日期", kDate},
                                    {"보낸날짜", kDate},
                                    {"to", kTo},
                                    {"宛先", kTo},
                                    {"an", kTo},
                                    {"à", kTo},
                                    {"a", kTo},
                                    {"para", kTo},
                                    {"aan", kTo},
                                    {"till", kTo},
                                    {"til", kTo},
                                    {"do", kTo},
                                    {"komu", kTo},
                                    {"vastaanottaja", kTo},
                                    {"кому", kTo},
                                    {"kime", kTo},
                                    {"收件人", kTo},
                                    {"收件者", kTo},
                                    {"받는사람", kTo},
                                    {"subject", kSubject},
                                    {"件名", kSubject},
                                    {"題名", kSubject},
                                    {"betreff", kSubject},
                                    {"objet", kSubject},
                                    {"asunto", kSubject},
                                    {"oggetto", kSubject},
                                    {"assunto", kSubject},
                                    {"onderwerp", kSubject},
                                    {"ämne", kSubject},
                                    {"emne", kSubject},
                                    {"temat", kSubject},
                                    {"předmět", kSubject},
                                    {"aihe", kSubject},
                                    {"тема", kSubject},
                                    {"konu", kSubject},
                                    {"主题", kSubject},
                                    {"主旨", kSubject},
                                    {"제목", kSubject},
                                    {"cc", kOther},
                                    {"bcc", kOther},
                                    {"reply-to", kOther},
                                    {"importance", kOther},
                                    {"重要度", kOther},
                                    {"返信先", kOther},
                                    {"kopie", kOther},
                                    {"copie", kOther}};
  std::string name = text::fold(line.content.substr(0, end));
  // "*From:* x" is how html bold becomes text; 「差出人 : 」 and 「件　名：」 are written too.
  name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return c == '*' || c == ' '; }),
             name.end());
  for (const Name& known : kNames) {
    if (name == known.text) return known.kind;
  }
  return kNone;
}

}  // namespace

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view whole = text.substr(at, end - at);
    if (!whole.empty() && whole.back() == '\r') whole.remove_suffix(1);
    lines.push_back({whole, trim(whole)});
    at = end + 1;
  }
  return lines;
}

bool is_ordinary(const Line& line) {
  const std::string_view text = line.content;
  const char last = text.back();
  if (last == ':' || last == '\x9A' || last == '\x9F' || last == '\x82') {
    if (ends_with_colon(text) || ends_in_written(text)) return false;
  }
  const auto first = static_cast<unsigned char>(text.front());
  if (first == '>' || begins_introduction(text) || mark_size(text) != 0) return false;
  if (first == 0xEF && starts_with(text, "＞")) return false;
  return name_end(text) == std::string_view::npos;
}

bool is_quoted(const Line& line) {
  return starts_with(line.content, ">") || starts_with(line.content, "＞");
}

bool is_forward_marker(const Line& line) {
  static constexpr std::string_view kWords[] = {"forwarded message",
                                                "転送されためっせーじ",
                                                "転送めっせーじ",
                                                "転送めーる",
                                                "転送されためーる",
                                                "以下転送",
                                                "forwarded by",
                                                "forwarded mail",
                                                "weitergeleitete nachricht",
                                                "message transféré",
                                                "mensaje reenviado",
                                                "messaggio inoltrato",
                                                "mensagem encaminhada",
                                                "doorgestuurd bericht",
                                                "vidarebefordrat meddelande",
                                                "videresendt melding",
                                                "przekazana wiadomość",
                                                "пересылаемое сообщение",
                                                "转发的邮件",
                                                "转发邮件",
                                                "轉寄的郵件",
                                                "전달된 메시지",
                                                "전달된메시지"};
  static constexpr std::string_view kWithoutDashes[] = {"begin forwarded message:",
                                                        "転送されためっせーじ:",
                                                        "anfang der weitergeleiteten nachricht:",
                                                        "début du message transféré",
                                                        "début du message réexpédié",
                                                        "inicio del mensaje reenviado:",
                                                        "inizio messaggio inoltrato:",
                                                        "início da mensagem encaminhada:",
                                                        "begin doorgestuurd bericht:"};
  if (line.content.empty() || line.content.size() > kLongestMarker) return false;
  if (ends_with_colon(line.content) && starts_with_any(text::fold(line.content), kWithoutDashes))
    return true;
  return starts_with_any(between_dashes(line), kWords);
}

bool is_original_marker(const Line& line) {
  static constexpr std::string_view kWords[] = {"original message",
                                                "元のめっせーじ",
                                                "元のめーる",
                                                "おりじなるめっせーじ",
                                                "original appointment",
                                                "original mail",
                                                "ursprüngliche nachricht",
                                                "message d'origine",
                                                "message d’origine",
                                                "originalnachricht",
                                                "message original",
                                                "ursprungligt meddelande",
                                                "oprindelig meddelelse",
                                                "opprinnelig melding",
                                                "wiadomość oryginalna",
                                                "исходное сообщение",
                                                "원본 메시지",
                                                "原邮件",
                                                "mensaje original",
                                                "messaggio originale",
                                                "mensagem original",
                                                "oorspronkelijk bericht",
                                                "原始邮件",
                                                "原始郵件",
                                                "返信元めっせーじ",
                                                "受信めっせーじ",
                                                "reply message"};
  return starts_with_any(between_dashes(line), kWords);
}

bool is_signature_marker(const Line& line) { return line.whole == "-- " || line.whole == "--"; }

bool is_device_signature(const Line& line) {
  if (line.content.empty() || line.content.size() > kLongestMarker) return false;
  static constexpr std::string_view kStarts[] = {
      "sent from my ",    "sent from mail for", "sent from yahoo", "sent from outlook",
      "sent with ",       "get outlook for",    "envoyé de mon",   "von meinem ",
      "enviado desde mi", "inviato da ",        "outlook for ios", "outlook for android"};
  const std::string folded = text::fold(line.content);
  if (starts_with_any(folded, kStarts)) return true;
  static constexpr std::string_view kDevices[] = {
      "iphone", "ipad",   "android", "あんどろいど", "すまーとふぉん", "すまほ",
      "galaxy", "xperia", "あぷり",  "outlook",      "windows",        "携帯"};
  return ends_with(folded, "から送信") && contains_any(folded, kDevices);
}

bool is_border(const Line& line) {
  if (line.content.size() < 8 || line.content.size() > 400) return false;
  std::string_view rest = line.content;
  if (mark_size(rest) == 0) return false;
  std::size_t count = 0;
  while (!rest.empty()) {
    const std::size_t size = rest.front() == ' ' ? 1 : mark_size(rest);
    if (size == 0) return false;
    rest.remove_prefix(size);
    ++count;
  }
  return count >= 8;
}

bool has_contact(const Line& line) {
  if (line.content.empty() || line.content.size() > 300) return false;
  static constexpr std::string_view kMarks[] = {"tel",  "fax",  "電話",  "〒",
                                                "http", "www.", "携帯:", "phone"};
  return contains_any(text::fold(line.content), kMarks);
}

bool is_sentence(const Line& line) {
  static constexpr std::string_view kEnds[] = {"。", "？", "！", "?", "!", "か", "ます", "です"};
  return std::any_of(std::begin(kEnds), std::end(kEnds),
                     [&](std::string_view end) { return ends_with(line.content, end); });
}

bool is_form_field(const Line& line) {
  if (line.content.empty() || line.content.size() > 300) return false;
  static constexpr std::string_view kMarks[] = {"お名前", "氏名",  "注文",  "内容", "商品",
                                                "数量",   "金額",  "合計",  "配送", "お届け",
                                                "order",  "price", "total", "item"};
  return contains_any(text::fold(line.content), kMarks);
}

Introduction introduction_at(const std::vector<Line>& lines, std::size_t at) {
  constexpr std::size_t kMostLines = 3;
  const std::string_view first = lines[at].content;
  if (first.empty() || first.size() > kLongestIntroduction) return {};
  const bool more_lines = begins_introduction(first);
  if (!more_lines && !ends_with_colon(first) && !ends_in_written(first)) return {};
  std::string joined = text::fold(first);
  if (const Strength strength = strength_of(joined); strength != Strength::none)
    return {strength, 1};
  if (!more_lines || !has_date(joined)) return {};
  for (std::size_t more = 1; more < kMostLines && at + more < lines.size(); ++more) {
    const Line& next = lines[at + more];
    if (is_blank(next) || is_quoted(next) || next.content.size() > kLongestIntroduction) return {};
    joined += ' ' + text::fold(next.content);
    if (const Strength strength = strength_of(joined); strength != Strength::none)
      return {strength, more + 1};
  }
  return {};
}

bool is_header_block_at(const std::vector<Line>& lines, std::size_t at) {
  constexpr std::size_t kWindow = 9;
  if (header_kind(lines[at]) != kFrom) return false;
  unsigned seen = kFrom;
  std::size_t others = 0;  // lines of long recipient lists
  for (std::size_t i = at + 1; i < lines.size() && i < at + kWindow; ++i) {
    if (is_blank(lines[i])) {
      if (i > at + 1) break;
      continue;
    }
    const unsigned kind = header_kind(lines[i]);
    if (kind == kNone && ++others > 2) break;
    seen |= kind;
  }
  const bool dated = (seen & kDate) != 0;
  const bool rest = (seen & (kTo | kSubject)) != 0;
  return (dated && rest) || (seen & (kTo | kSubject)) == (kTo | kSubject);
}

}  // namespace madoguchi::mail::quoted
