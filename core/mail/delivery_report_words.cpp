// SPDX-License-Identifier: Apache-2.0
// Delivery reports of mail systems that do not speak RFC 3464, known by their senders and words.
#include "core/mail/delivery_report_words.h"

#include <algorithm>
#include <iterator>

#include "core/base/email_address.h"
#include "core/mail/ascii.h"
#include "core/mail/utf8.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kWordOctets = 500;

/// Where a phrase stands that tells whose report it is.
enum class In { sender, subject, text };

struct Sign {
  const char* reporter;
  In where;
  std::string_view phrase;  ///< of a sender: how its domain ends
};

// The first that is found names the reporter.
constexpr Sign kSigns[] = {
    {"docomo", In::sender, "docomo.ne.jp"},
    {"au", In::sender, "ezweb.ne.jp"},
    {"au", In::sender, "au.com"},
    {"softbank", In::sender, "softbank.ne.jp"},
    {"softbank", In::sender, "vodafone.ne.jp"},
    {"softbank", In::sender, "i.softbank.jp"},
    {"yahoo", In::sender, "yahoo.co.jp"},
    {"yahoo", In::sender, "ybb.ne.jp"},
    {"yahoo", In::sender, "yahoo.com"},
    {"gmail", In::sender, "googlemail.com"},
    {"qmail", In::text, "qmail-send program"},
    {"qmail", In::text, "wasn't able to deliver your message to the following"},
    {"exim", In::text, "created automatically by mail delivery software"},
    {"exim", In::text, "メール配送ソフトウェアによって自動的に"},
    {"postfix", In::text, "this is the mail system at host"},
    {"postfix", In::text, "this is the postfix program"},
    {"sendmail", In::text, "had permanent fatal errors"},
    {"sendmail", In::text, "had transient non-fatal errors"},
    {"sendmail", In::text, "the original message was received at"},
    {"exchange", In::text, "delivery has failed to these recipients"},
    {"exchange", In::text, "did not reach some or all of the intended recipients"},
    {"exchange", In::text, "remote server returned"},
    {"exchange", In::text, "generating server"},
    {"exchange", In::text, "受信者またはグループに配信できません"},
    {"exchange", In::text, "受信者またはグループへの配信に失敗"},
    {"exchange", In::text, "一部またはすべての受信者に届きません"},
    {"exchange", In::subject, "undeliverable:"},
    {"exchange", In::subject, "配信不能:"},
    {"other", In::subject, "undeliverable"},
    {"other", In::subject, "undelivered mail"},
    {"other", In::subject, "returned mail"},
    {"other", In::subject, "failure notice"},
    {"other", In::subject, "mail delivery failed"},
    {"other", In::subject, "delivery status notification"},
    {"other", In::subject, "delivery failure"},
    {"other", In::subject, "delivery failed"},
    {"other", In::subject, "delivery delayed"},
    {"other", In::subject, "mail failure"},
    {"other", In::subject, "mail system error"},
    {"other", In::subject, "non-delivery"},
    {"other", In::subject, "could not send message"},
    {"other", In::subject, "delayed mail"},
    {"other", In::subject, "配信不能"},
    {"other", In::subject, "配信できません"},
    {"other", In::subject, "配信エラー"},
    {"other", In::subject, "配信失敗"},
    {"other", In::subject, "配信遅延"},
    {"other", In::subject, "送信エラー"},
    {"other", In::subject, "送信できません"},
    {"other", In::subject, "配送エラー"},
    {"other", In::subject, "不達"},
    {"other", In::subject, "エラーメール"},
};

constexpr std::string_view kDelays[] = {"will keep trying",
                                        "will be retried",
                                        "will retry",
                                        "will continue to be tried",
                                        "do not need to resend",
                                        "don't need to resend",
                                        "no action is required",
                                        "has been delayed",
                                        "warning message only",
                                        "warning: could not send",
                                        "delivery incomplete",
                                        "transient non-fatal errors",
                                        "再試行します",
                                        "再送を続け",
                                        "再送する必要はありません",
                                        "再送信する必要はありません",
                                        "配信が遅れて",
                                        "遅延しています",
                                        "配信が完了していません"};

constexpr std::string_view kDeliveries[] = {"was successfully delivered",
                                            "successfully delivered to", "正常に配信されました",
                                            "配信が完了しました"};

/// Behind any of these stands the returned mail.
constexpr std::string_view kReturned[] = {"below this line is a copy",
                                          "this is a copy of the message",
                                          "this is a copy of your message",
                                          "original message follows",
                                          "original message header",
                                          "original message attached",
                                          "----- original message",
                                          "-----original message",
                                          "returned message",
                                          "message headers follow",
                                          "unsent message",
                                          "元のメッセージ",
                                          "オリジナルメッセージ",
                                          "以下は送信されたメッセージ",
                                          "返送メッセージ"};

constexpr std::string_view kSystems[] = {"mailer-daemon",    "mailerdaemon", "mail-daemon",
                                         "postmaster",       "mailadm",      "mail-system",
                                         "microsoftexchange"};

bool contains(std::string_view text, std::string_view phrase) {
  return text.find(phrase) != std::string_view::npos;
}

/// Phrases as folded text has them.
class Phrases {
 public:
  template <std::size_t N>
  explicit Phrases(const std::string_view (&phrases)[N]) {
    for (const std::string_view phrase : phrases) folded_.push_back(text::fold(phrase));
  }
  [[nodiscard]] bool in(std::string_view folded) const {
    return std::any_of(folded_.begin(), folded_.end(),
                       [&](const std::string& phrase) { return contains(folded, phrase); });
  }

 private:
  std::vector<std::string> folded_;
};

bool is_system(std::string_view address) {
  return std::any_of(std::begin(kSystems), std::end(kSystems),
                     [&](std::string_view name) { return istarts_with(address, name); });
}

bool from_mail_system(const Message& message) {
  if (message.return_path && message.return_path->empty()) return true;
  if (message.header("X-Failed-Recipients") != nullptr) return true;
  for (const std::vector<Address>* list : {&message.from, &message.sender}) {
    for (const Address& one : *list) {
      if (is_system(one.address)) return true;
    }
  }
  return false;
}

bool domain_ends(std::string_view address, std::string_view domain) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::string_view own = address.substr(at + 1);
  if (own.size() < domain.size() || !iequals(own.substr(own.size() - domain.size()), domain))
    return false;
  return own.size() == domain.size() || own[own.size() - domain.size() - 1] == '.';
}

const char* reporter_of(const Message& message, std::string_view subject, std::string_view notice) {
  for (const Sign& sign : kSigns) {
    bool found = false;
    switch (sign.where) {
      case In::sender:
        found = !message.from.empty() && domain_ends(message.from.front().address, sign.phrase);
        break;
      case In::subject:
        found = contains(subject, text::fold(sign.phrase));
        break;
      case In::text:
        found = contains(notice, text::fold(sign.phrase));
        break;
    }
    if (found) return sign.reporter;
  }
  return message.header("X-Failed-Recipients") != nullptr ? "exim" : nullptr;
}

bool ends_address(char c) {
  return is_blank(c) || c == '<' || c == '>' || c == '(' || c == ')' || c == ',' || c == ';' ||
         c == '[' || c == ']' || static_cast<unsigned char>(c) >= 0x80;
}

/// The address round the @ at `at`; empty when there is none.
std::string address_around(std::string_view line, std::size_t at) {
  std::size_t begin = at;
  if (begin > 0 && line[begin - 1] == '"') {
    const std::size_t quote = begin >= 2 ? line.rfind('"', begin - 2) : std::string_view::npos;
    if (quote == std::string_view::npos) return {};
    begin = quote;
  } else {
    while (begin > 0 && !ends_address(line[begin - 1]) && line[begin - 1] != '"' &&
           line[begin - 1] != '\'' && line[begin - 1] != ':') {
      --begin;
    }
  }
  std::size_t end = at + 1;
  while (end < line.size() && !ends_address(line[end]) && line[end] != '"' && line[end] != '\'' &&
         line[end] != ':') {
    ++end;
  }
  while (end > at + 1 && (line[end - 1] == '.' || line[end - 1] == '!' || line[end - 1] == '?'))
    --end;
  std::string text(line.substr(begin, end - begin));
  if (!text.empty() && text.front() == '"') {
    const std::size_t quote = text.rfind('"');
    text = text.substr(1, quote - 1) + text.substr(quote + 1);
  }
  if (!contains(text.substr(text.rfind('@') + 1), ".")) return {};
  const Result<EmailAddress> address = EmailAddress::parse(text);
  return address ? address->str() : std::string();
}

std::vector<std::string> addresses_in(std::string_view line) {
  std::vector<std::string> found;
  for (std::size_t at = line.find('@'); at != std::string_view::npos && found.size() < 20;
       at = line.find('@', at + 1)) {
    std::string address = address_around(line, at);
    if (!address.empty()) found.push_back(std::move(address));
  }
  return found;
}

bool has(const std::vector<std::string>& list, std::string_view address) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& one) { return iequals(one, address); });
}

/// Who the notice may be about: not the systems that write, nor whom they write to.
std::vector<std::string> failed_addresses(const Message& message, std::string_view notice) {
  std::vector<std::string> found;
  if (const std::string* failed = message.header("X-Failed-Recipients")) {
    found = addresses_in(std::string_view(*failed).substr(0, kReportText));
    if (!found.empty()) return found;
  }
  std::vector<std::string> others;
  for (const std::vector<Address>* list : {&message.from, &message.sender, &message.to}) {
    for (const Address& one : *list) others.push_back(one.address);
  }
  Lines lines(notice);
  std::string_view line;
  while (lines.next(line) && found.size() < kReportedRecipients) {
    for (std::string& address : addresses_in(line)) {
      if (is_system(address) || has(others, address) || has(found, address)) continue;
      found.push_back(std::move(address));
    }
  }
  return found;
}

}  // namespace

std::string_view notice_of(std::string_view text) {
  static const Phrases returned(kReturned);
  text = utf8_prefix(text, kReportText);
  Lines lines(text);
  std::string_view line;
  for (std::size_t at = 0; lines.next(line); at = lines.position()) {
    if (line.size() < 200 && returned.in(text::fold(line))) return text.substr(0, at);
  }
  return text;
}

std::string report_words(std::string_view text) {
  std::string out;
  bool blank = false;
  for (const char c : text::one_line(utf8_prefix(text, 4 * kWordOctets))) {
    if (is_blank(c)) {
      blank = !out.empty();
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    out += c;
  }
  return std::string(text::truncate_utf8(out, kWordOctets));
}

std::string words_about(std::string_view notice, std::string_view address) {
  std::string words;
  bool within = false;
  Lines lines(notice);
  std::string_view line;
  while (lines.next(line) && words.size() < kWordOctets) {
    const std::vector<std::string> named = addresses_in(line);
    const bool names_it = has(named, address);
    if (within && !names_it &&
        std::any_of(named.begin(), named.end(),
                    [](const std::string& other) { return !is_system(other); })) {
      break;
    }
    within = within || names_it;
    if (within) words += std::string(line) + "\n";
  }
  return report_words(words);
}

std::optional<DeliveryReport> recognise_report(const Message& message) {
  if (!from_mail_system(message)) return std::nullopt;
  const std::string_view notice = notice_of(message.text);
  const std::string folded = text::fold(notice);
  const std::string subject = text::fold(utf8_prefix(message.subject, 1000));
  const char* const reporter = reporter_of(message, subject, folded);
  if (reporter == nullptr) return std::nullopt;

  ReportedState state = ReportedState::bounced;
  static const Phrases delays(kDelays);
  static const Phrases deliveries(kDeliveries);
  if (delays.in(folded) || delays.in(subject)) state = ReportedState::deferred;
  if (deliveries.in(folded)) state = ReportedState::delivered;
  DeliveryReport report;
  report.reporter = reporter;
  for (std::string& address : failed_addresses(message, notice)) {
    ReportedRecipient one;
    one.words = words_about(notice, address);
    one.status_code = status_code_in(one.words);
    one.state = state;
    one.reason = failure_reason(one.status_code, one.words);
    if (one.reason == FailureReason::other) one.reason = failure_reason(one.status_code, notice);
    if (one.words.empty()) one.words = report_words(notice);
    one.address = std::move(address);
    report.recipients.push_back(std::move(one));
  }
  if (report.recipients.empty()) return std::nullopt;
  return report;
}

}  // namespace madoguchi::mail
