// SPDX-License-Identifier: Apache-2.0
// Reason classes of refusals: by status code where that is exact, else by the words.
#include <algorithm>
#include <array>
#include <iterator>

#include "core/mail/ascii.h"
#include "core/mail/delivery_report.h"
#include "core/text/fold.h"

namespace madoguchi::mail {
namespace {

using Reason = FailureReason;

struct Words {
  Reason reason;
  std::string_view text;
};

// The first that is found counts: hosts and full mailboxes before "not found" and "does not exist".
constexpr Words kWords[] = {
    {Reason::host_unknown, "host unknown"},
    {Reason::host_unknown, "unknown host"},
    {Reason::host_unknown, "host not found"},
    {Reason::host_unknown, "domain not found"},
    {Reason::host_unknown, "domain name not found"},
    {Reason::host_unknown, "name or service not known"},
    {Reason::host_unknown, "no such domain"},
    {Reason::host_unknown, "no such host"},
    {Reason::host_unknown, "domain does not exist"},
    {Reason::host_unknown, "domain couldn't be found"},
    {Reason::host_unknown, "domain could not be found"},
    {Reason::host_unknown, "couldn't find any host"},
    {Reason::host_unknown, "nxdomain"},
    {Reason::host_unknown, "bad destination host"},
    {Reason::host_unknown, "no mx record"},
    {Reason::host_unknown, "unable to look up"},
    {Reason::host_unknown, "ドメインが見つか"},
    {Reason::host_unknown, "ホストが見つか"},
    {Reason::host_unknown, "ドメインが存在し"},
    {Reason::host_unknown, "ドメインは存在し"},
    {Reason::mailbox_full, "mailbox full"},
    {Reason::mailbox_full, "mailbox is full"},
    {Reason::mailbox_full, "mailbox for the user is full"},
    {Reason::mailbox_full, "inbox is full"},
    {Reason::mailbox_full, "inbox full"},
    {Reason::mailbox_full, "folder is full"},
    {Reason::mailbox_full, "over quota"},
    {Reason::mailbox_full, "overquota"},
    {Reason::mailbox_full, "over its quota"},
    {Reason::mailbox_full, "quota exceed"},
    {Reason::mailbox_full, "exceeded the quota"},
    {Reason::mailbox_full, "exceeded storage"},
    {Reason::mailbox_full, "disk quota"},
    {Reason::mailbox_full, "out of storage"},
    {Reason::mailbox_full, "ボックスがいっぱい"},
    {Reason::mailbox_full, "ボックスが一杯"},
    {Reason::mailbox_full, "受信トレイがいっぱい"},
    {Reason::mailbox_full, "容量を超え"},
    {Reason::mailbox_full, "容量が一杯"},
    {Reason::mailbox_full, "容量がいっぱい"},
    {Reason::mailbox_full, "満杯"},
    {Reason::suspended, "account is disabled"},
    {Reason::suspended, "account disabled"},
    {Reason::suspended, "mailbox disabled"},
    {Reason::suspended, "mailbox is disabled"},
    {Reason::suspended, "has been disabled"},
    {Reason::suspended, "is disabled"},
    {Reason::suspended, "suspended"},
    {Reason::suspended, "inactive"},
    {Reason::suspended, "deactivated"},
    {Reason::suspended, "temporarily limited"},
    {Reason::suspended, "利用停止"},
    {Reason::suspended, "停止されて"},
    {Reason::suspended, "停止中"},
    {Reason::suspended, "休止"},
    {Reason::suspended, "無効になって"},
    {Reason::relay_denied, "relay access denied"},
    {Reason::relay_denied, "relaying denied"},
    {Reason::relay_denied, "relay denied"},
    {Reason::relay_denied, "relay not permitted"},
    {Reason::relay_denied, "relaying not permitted"},
    {Reason::relay_denied, "unable to relay"},
    {Reason::relay_denied, "not relay"},
    {Reason::relay_denied, "to relay"},
    {Reason::relay_denied, "中継"},
    {Reason::too_large, "too large"},
    {Reason::too_large, "too big"},
    {Reason::too_large, "size exceed"},
    {Reason::too_large, "exceeds maximum"},
    {Reason::too_large, "exceeds the maximum"},
    {Reason::too_large, "size limit"},
    {Reason::too_large, "larger than"},
    {Reason::too_large, "サイズが大き"},
    {Reason::too_large, "サイズが上限"},
    {Reason::too_large, "サイズ制限"},
    {Reason::too_large, "サイズを超え"},
    {Reason::unknown_user, "user unknown"},
    {Reason::unknown_user, "unknown user"},
    {Reason::unknown_user, "user not found"},
    {Reason::unknown_user, "no such user"},
    {Reason::unknown_user, "no such recipient"},
    {Reason::unknown_user, "no such mailbox"},
    {Reason::unknown_user, "no such address"},
    {Reason::unknown_user, "no mailbox here"},
    {Reason::unknown_user, "does not exist"},
    {Reason::unknown_user, "doesn't exist"},
    {Reason::unknown_user, "mailbox unavailable"},
    {Reason::unknown_user, "mailbox not found"},
    {Reason::unknown_user, "recipient not found"},
    {Reason::unknown_user, "recipientnotfound"},
    {Reason::unknown_user, "address not found"},
    {Reason::unknown_user, "couldn't be found"},
    {Reason::unknown_user, "could not be found"},
    {Reason::unknown_user, "wasn't found"},
    {Reason::unknown_user, "invalid recipient"},
    {Reason::unknown_user, "unknown recipient"},
    {Reason::unknown_user, "recipient unknown"},
    {Reason::unknown_user, "unknown address"},
    {Reason::unknown_user, "unrouteable address"},
    {Reason::unknown_user, "doesn't have a"},
    {Reason::unknown_user, "not a known user"},
    {Reason::unknown_user, "宛先不明"},
    {Reason::unknown_user, "あて先不明"},
    {Reason::unknown_user, "アドレス不明"},
    {Reason::unknown_user, "アドレスが見つか"},
    {Reason::unknown_user, "宛先が見つか"},
    {Reason::unknown_user, "受信者が見つか"},
    {Reason::unknown_user, "ユーザーが見つか"},
    {Reason::unknown_user, "ユーザが見つか"},
    {Reason::unknown_user, "存在しない"},
    {Reason::unknown_user, "存在しません"},
    {Reason::expired, "retry time"},
    {Reason::expired, "delivery time expired"},
    {Reason::expired, "message expired"},
    {Reason::expired, "delivery expired"},
    {Reason::expired, "too long in"},
    {Reason::expired, "in the queue too long"},
    {Reason::expired, "giving up"},
    {Reason::expired, "cannot send message"},
    {Reason::expired, "timed out"},
    {Reason::expired, "timeout exceeded"},
    {Reason::expired, "could not send message for"},
    {Reason::expired, "期限切れ"},
    {Reason::expired, "期限を過ぎ"},
    {Reason::expired, "時間内に配"},
    {Reason::expired, "再送期間"},
    {Reason::content, "content rejected"},
    {Reason::content, "message content"},
    {Reason::content, "virus"},
    {Reason::content, "malware"},
    {Reason::content, "attachment"},
    {Reason::content, "considered spam"},
    {Reason::content, "as spam"},
    {Reason::content, "looks like spam"},
    {Reason::content, "ウイルス"},
    {Reason::content, "添付ファイル"},
    {Reason::content, "迷惑メールと判定"},
    {Reason::content, "内容を拒否"},
    {Reason::blocked, "block"},
    {Reason::blocked, "blacklist"},
    {Reason::blocked, "spamhaus"},
    {Reason::blocked, "reputation"},
    {Reason::blocked, "policy"},
    {Reason::blocked, "access denied"},
    {Reason::blocked, "dmarc"},
    {Reason::blocked, "unsolicited"},
    {Reason::blocked, "not accept"},
    {Reason::blocked, "permission to send"},
    {Reason::blocked, "受信拒否"},
    {Reason::blocked, "拒否"},
    {Reason::blocked, "ブロック"},
    {Reason::blocked, "なりすまし"},
};

struct Code {
  std::string_view rest;  ///< behind the class digit
  Reason reason;
};
/// Codes that mean one thing wherever they are used (RFC 3463, the IANA registry, Exchange).
constexpr Code kExact[] = {
    {"1.1", Reason::unknown_user}, {"1.2", Reason::host_unknown},  {"1.3", Reason::unknown_user},
    {"1.6", Reason::unknown_user}, {"1.10", Reason::unknown_user}, {"2.1", Reason::suspended},
    {"2.2", Reason::mailbox_full}, {"2.3", Reason::too_large},     {"3.4", Reason::too_large},
    {"4.4", Reason::host_unknown}, {"4.7", Reason::expired},       {"7.26", Reason::blocked},
    {"7.25", Reason::blocked},     {"7.27", Reason::blocked},
};
/// What the middle number says when the words say nothing.
constexpr Reason kSubjects[] = {Reason::other,   Reason::unknown_user, Reason::other,
                                Reason::other,   Reason::other,        Reason::other,
                                Reason::content, Reason::blocked};

constexpr const char* kNames[] = {"other",        "unknown_user", "mailbox_full", "blocked",
                                  "too_large",    "content",      "host_unknown", "expired",
                                  "relay_denied", "suspended"};
static_assert(std::size(kNames) == static_cast<std::size_t>(Reason::suspended) + 1);

/// kWords as folded text has them.
const std::vector<std::string>& folded_words() {
  static const std::vector<std::string> folded = [] {
    std::vector<std::string> all;
    for (const Words& one : kWords) all.push_back(text::fold(one.text));
    return all;
  }();
  return folded;
}

/// Length of a status code at the beginning of `text`, 0 when there is none.
std::size_t code_length(std::string_view text) {
  if (text.size() < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5')) return 0;
  std::size_t at = 1;
  for (int part = 0; part < 2; ++part) {
    if (at >= text.size() || text[at] != '.') return 0;
    const std::size_t begin = ++at;
    while (at < text.size() && is_digit(text[at]) && at - begin < 4) ++at;
    if (at == begin || at - begin > 3) return 0;
  }
  // "5.1.1.2" is an address of a host, and "5.1.1-x" a name.
  if (at < text.size() &&
      (is_digit(text[at]) || (text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1])))) {
    return 0;
  }
  return at;
}

/// The code of RFC 5321 that answers, when no other is there: "550 no such".
std::string_view reply_code_in(std::string_view words) {
  for (std::size_t i = 0; i + 3 <= words.size(); ++i) {
    const bool begins = i == 0 || (!is_digit(words[i - 1]) && words[i - 1] != '.');
    const bool ends = i + 3 == words.size() || words[i + 3] == ' ' || words[i + 3] == '-';
    if (begins && ends && (words[i] == '4' || words[i] == '5') && words[i + 1] == '5' &&
        is_digit(words[i + 2])) {
      return words.substr(i, 3);
    }
  }
  return {};
}

}  // namespace

std::string status_code_in(std::string_view words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0 && (is_digit(words[i - 1]) || words[i - 1] == '.')) continue;
    if (const std::size_t length = code_length(words.substr(i)); length != 0) {
      return std::string(words.substr(i, length));
    }
  }
  return {};
}

FailureReason failure_reason(std::string_view status_code, std::string_view words) {
  std::string found;
  if (status_code.empty() || status_code.substr(1) == ".0.0") {
    found = status_code_in(words);
    if (!found.empty()) status_code = found;
  }
  const std::string_view rest = status_code.size() > 2 ? status_code.substr(2) : std::string_view{};
  const auto exact = std::find_if(std::begin(kExact), std::end(kExact),
                                  [&](const Code& code) { return code.rest == rest; });
  if (exact != std::end(kExact)) return exact->reason;
  const std::string folded = text::fold(words);
  for (std::size_t i = 0; i < std::size(kWords); ++i) {
    if (folded.find(folded_words()[i]) != std::string::npos) return kWords[i].reason;
  }
  if (rest.size() > 1 && rest[1] == '.' && rest[0] >= '0' && rest[0] <= '7' && rest != "0.0") {
    return kSubjects[rest[0] - '0'];
  }
  return reply_code_in(words) == "552" ? Reason::mailbox_full : Reason::other;
}

bool is_hard(FailureReason reason) {
  return reason == Reason::unknown_user || reason == Reason::host_unknown ||
         reason == Reason::suspended;
}

const char* name_of(FailureReason reason) { return kNames[static_cast<std::size_t>(reason)]; }

}  // namespace madoguchi::mail
