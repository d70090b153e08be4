// SPDX-License-Identifier: Apache-2.0
#include "core/mail/automatic.h"

#include <algorithm>
#include <iterator>

#include "core/text/fold.h"

namespace madoguchi::mail {
namespace {

using Signal = MachineSignal;

// Lists are answered by people, and a customer may write through one: they reopen. A suppress
// header stands on people's mails too (Exchange writes it for meeting answers).
// clang-format off
constexpr SignalMeaning kTable[] = {
    // signal                   name                  answer reopen loop   bulk   absent report
    {Signal::auto_generated,    "auto-generated",     true,  true,  false, false, false, false},
    {Signal::auto_replied,      "auto-replied",       true,  true,  false, false, true,  false},
    {Signal::precedence_bulk,   "precedence-bulk",    true,  true,  false, true,  false, false},
    {Signal::precedence_list,   "precedence-list",    true,  false, false, true,  false, false},
    {Signal::precedence_reply,  "precedence-reply",   true,  true,  false, false, true,  false},
    {Signal::list_id,           "list-id",            true,  false, false, true,  false, false},
    {Signal::list_unsubscribe,  "list-unsubscribe",   true,  false, false, true,  false, false},
    {Signal::response_suppress, "response-suppress",  true,  false, false, false, false, false},
    {Signal::auto_reply_header, "auto-reply-header",  true,  true,  false, false, true,  false},
    {Signal::foreign_loop,      "foreign-loop",       true,  false, false, false, false, false},
    {Signal::own_loop,          "own-loop",           true,  true,  true,  false, false, false},
    {Signal::own_message_id,    "own-message-id",     true,  true,  true,  false, false, false},
    {Signal::null_return_path,  "null-return-path",   true,  true,  false, false, false, false},
    {Signal::daemon_sender,     "daemon-sender",      true,  true,  false, false, false, false},
    {Signal::no_reply_sender,   "no-reply-sender",    true,  true,  false, false, false, false},
    {Signal::delivery_report,   "delivery-report",    true,  true,  false, false, false, true},
    {Signal::read_receipt,      "read-receipt",       true,  true,  false, false, false, false},
    {Signal::other_report,      "other-report",       true,  true,  false, false, false, false},
    {Signal::absence_subject,   "absence-subject",    true,  true,  false, false, true,  false},
};
// clang-format on

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < std::size(kTable); ++i) {
    if (kTable[i].signal != static_cast<Signal>(i)) return false;
  }
  return std::size(kTable) == static_cast<std::size_t>(Signal::absence_subject) + 1;
}
static_assert(is_in_order(), "one row a signal, in the order of the enumeration");

bool contains(std::string_view text, std::string_view piece) {
  return text.find(piece) != std::string_view::npos;
}
bool starts_with(std::string_view text, std::string_view piece) {
  return text.substr(0, piece.size()) == piece;
}

/// The value of a header before any parameter or comment, folded and trimmed; "" when absent.
std::string keyword(const Message& message, std::string_view name) {
  const std::string* const value = message.header(name);
  if (value == nullptr) return {};
  std::string folded = text::fold(*value);
  folded.resize(std::min(folded.find_first_of(";("), folded.size()));
  const std::size_t first = folded.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return folded.substr(first, folded.find_last_not_of(" \t") - first + 1);
}

bool has(const Message& message, std::string_view name) { return message.header(name) != nullptr; }

class Collector {
 public:
  Collector(const Message& message, const OwnMail& own) : message_(message), own_(own) {}

  std::vector<Signal> run() {
    submission();
    precedence();
    lists();
    loops();
    senders();
    reports();
    subject();
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  void add_if(bool holds, Signal signal) {
    if (holds) found_.push_back(signal);
  }

  void submission() {
    const std::string submitted = keyword(message_, "Auto-Submitted");
    add_if(submitted == "auto-replied", Signal::auto_replied);
    add_if(!submitted.empty() && submitted != "no" && submitted != "auto-replied",
           Signal::auto_generated);
    const std::string suppress = keyword(message_, "X-Auto-Response-Suppress");
    add_if(!suppress.empty() && suppress != "none", Signal::response_suppress);
    for (const Header& header : message_.headers) {
      const std::string name = text::fold(header.name);
      const bool replies = starts_with(name, "x-autoreply") || starts_with(name, "x-autorespond") ||
                           starts_with(name, "x-auto-reply") || name == "x-mail-autoreply";
      const std::string value = text::fold(header.value);
      add_if(replies && value != "no" && value != "false", Signal::auto_reply_header);
    }
  }

  void precedence() {
    std::string value = keyword(message_, "Precedence");
    if (value.empty()) value = keyword(message_, "X-Precedence");
    add_if(value == "bulk" || value == "junk", Signal::precedence_bulk);
    add_if(value == "list", Signal::precedence_list);
    add_if(value == "auto_reply" || value == "auto-reply", Signal::precedence_reply);
  }

  void lists() {
    add_if(has(message_, "List-Id") || has(message_, "List-Post"), Signal::list_id);
    add_if(has(message_, "List-Unsubscribe") || has(message_, "Feedback-ID"),
           Signal::list_unsubscribe);
  }

  void loops() {
    add_if(has(message_, "X-Loop"), Signal::foreign_loop);
    // Another hub's value says nothing: its agents' answers carry it too.
    const std::string* const loop = message_.header(kLoopHeader);
    add_if(loop != nullptr && !own_.loop_value.empty() &&
               text::fold(*loop) == text::fold(own_.loop_value),
           Signal::own_loop);
    add_if(own_.is_own_id && !message_.message_id.empty() && own_.is_own_id(message_.message_id),
           Signal::own_message_id);
  }

  void senders() {
    add_if(message_.return_path.has_value() && message_.return_path->empty(),
           Signal::null_return_path);
    std::vector<Address> senders = message_.from;
    senders.insert(senders.end(), message_.sender.begin(), message_.sender.end());
    if (message_.return_path) senders.push_back({"", *message_.return_path});
    for (const Address& sender : senders) {
      std::string local = text::fold(sender.address.substr(0, sender.address.rfind('@')));
      add_if(local == "mailer-daemon" || local == "postmaster" || local == "mail-daemon" ||
                 local == "mailerdaemon",
             Signal::daemon_sender);
      local.erase(std::remove_if(local.begin(), local.end(),
                                 [](char c) { return c == '-' || c == '_' || c == '.'; }),
                  local.end());
      const bool silent = contains(local, "noreply") || contains(local, "donotreply") ||
                          contains(local, "dontreply") || starts_with(local, "autoreply");
      add_if(silent, Signal::no_reply_sender);
    }
  }

  void reports() {
    const std::string* const type = message_.header("Content-Type");
    if (type == nullptr) return;
    const std::string folded = text::fold(*type);
    if (!starts_with(folded, "multipart/report")) return;
    if (contains(folded, "delivery-status")) {
      found_.push_back(Signal::delivery_report);
    } else if (contains(folded, "disposition-notification")) {
      found_.push_back(Signal::read_receipt);
    } else {
      found_.push_back(Signal::other_report);
    }
  }

  /// Only at the beginning: "Re: 自動返信について" is a person asking.
  void subject() {
    static constexpr std::string_view kStarts[] = {"automatic reply:",
                                                   "auto reply:",
                                                   "autoreply:",
                                                   "auto:",
                                                   "auto response:",
                                                   "out of office",
                                                   "out of the office",
                                                   "自動応答:",
                                                   "自動応答メール",
                                                   "自動返信:",
                                                   "【自動返信】",
                                                   "[自動返信]",
                                                   "(自動返信)",
                                                   "自動返信メール",
                                                   "【自動応答】",
                                                   "[自動応答]",
                                                   "不在:",
                                                   "【不在】",
                                                   "[不在]",
                                                   "不在通知",
                                                   "不在のお知らせ",
                                                   "不在メール",
                                                   "abwesenheit",
                                                   "automatische antwort:",
                                                   "réponse automatique",
                                                   "respuesta automática",
                                                   "risposta automatica",
                                                   "resposta automática",
                                                   "自动回复",
                                                   "自動回覆",
                                                   "自動回復"};
    const std::string folded = text::fold(message_.subject);
    add_if(
        std::any_of(std::begin(kStarts), std::end(kStarts),
                    [&](std::string_view start) { return starts_with(folded, text::fold(start)); }),
        Signal::absence_subject);
  }

  const Message& message_;
  const OwnMail& own_;
  std::vector<Signal> found_;
};

}  // namespace

const SignalMeaning& meaning(MachineSignal signal) {
  return kTable[static_cast<std::size_t>(signal)];
}

std::vector<MachineSignal> machine_signals(const Message& message, const OwnMail& own) {
  return Collector(message, own).run();
}

SignalMeaning combined(const std::vector<MachineSignal>& signals) {
  SignalMeaning all;
  for (const MachineSignal signal : signals) {
    const SignalMeaning& one = meaning(signal);
    all.no_answer = all.no_answer || one.no_answer;
    all.no_reopen = all.no_reopen || one.no_reopen;
    all.is_loop = all.is_loop || one.is_loop;
    all.is_bulk = all.is_bulk || one.is_bulk;
    all.is_out_of_office = all.is_out_of_office || one.is_out_of_office;
    all.is_delivery_report = all.is_delivery_report || one.is_delivery_report;
  }
  return all;
}

}  // namespace madoguchi::mail
