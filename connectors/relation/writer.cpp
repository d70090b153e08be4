// SPDX-License-Identifier: Apache-2.0
#include "connectors/relation/writer.h"

#include <algorithm>
#include <set>

#include "connectors/relation/mapping.h"
#include "core/connector/failure.h"
#include "core/text/utf8.h"

namespace madoguchi::connectors::relation {
namespace {

using connector::WriteOutcome;
using connector::WriteReport;

constexpr std::size_t kLongestSubject = 200;  // characters
constexpr std::chrono::minutes kClocksDiffer{2};
constexpr const char* kDefaultStatus = "ongoing";

WriteReport ended(WriteOutcome outcome, Error error) { return {outcome, {}, {}, std::move(error)}; }

WriteReport refused(Text why) {
  return ended(WriteOutcome::refused, Error::invalid("", std::move(why)));
}

/// Nothing was asked to be written yet.
WriteReport not_begun(Error error) {
  const auto what = connector::class_of(error.code);
  const bool is_no = what == connector::FailureClass::refusal;
  return ended(is_no ? WriteOutcome::refused : WriteOutcome::not_done, std::move(error));
}

WriteReport failed(Asked asked) {
  Error& error = asked.answer.error();
  if (asked.sent) return ended(WriteOutcome::unknown, std::move(error));
  return not_begun(std::move(error));
}

WriteReport no_such_thread() {
  return refused({"This is no ticket of Re:lation.", "Re:lation のチケットではありません。"});
}

bool is_status(const std::string& status) {
  static const std::set<std::string> kStatuses{"open",     "ongoing", "closed",
                                               "unwanted", "trash",   "spam"};
  return kStatuses.count(status) > 0;
}

WriteReport no_such_status() {
  return refused({"Re:lation has no such status.", "Re:lation にないステータスです。"});
}

std::size_t length_of(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); i += text::decode_utf8(text, i).size) ++count;
  return count;
}

/// What was made; that it says so in a form we cannot read does not undo it.
WriteReport made(const json::Value& answer, std::int64_t box, const std::string& thread) {
  WriteReport report{WriteOutcome::done, thread};
  if (const auto ticket = json::integer_at(answer, "/ticket_id")) {
    report.thread = thread_id(box, *ticket);
  }
  if (const auto message = json::integer_at(answer, "/message_id")) {
    report.message = std::to_string(*message);
  }
  return report;
}

std::string without_line_ends(std::string text) {
  text.erase(
      std::remove_if(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n'; }),
      text.end());
  return text;
}

std::optional<std::int64_t> number(const std::string& text) {
  const std::optional<TicketPlace> place = place_of("1-" + text);
  return place ? std::optional(place->ticket) : std::nullopt;
}

}  // namespace

Result<std::int64_t> Writer::mail_account(std::int64_t box,
                                          const connector::CallOptions& call) const {
  if (options_.mail_account > 0) return options_.mail_account;
  const Result<json::Value> accounts =
      client_.get("/" + std::to_string(box) + "/mail_accounts", {}, call);
  if (!accounts) return fail(accounts.error());
  const auto first = json::integer_at(*accounts, "/0/mail_account_id");
  if (first) return *first;
  return fail(Error::invalid("", {"The message box has no mail account to send from.",
                                  "この受信箱には送信用のメールアカウントがありません。"}));
}

WriteReport Writer::mail(const char* path, const connector::ThreadReply& reply,
                         const connector::CallOptions& call) const {
  const std::optional<TicketPlace> place = place_of(reply.thread);
  const std::optional<std::int64_t> answered = number(reply.answers);
  if (!place || !answered) return no_such_thread();
  const std::string status = reply.status.value_or(kDefaultStatus);
  if (!is_status(status)) return no_such_status();
  if (length_of(reply.subject) > kLongestSubject) {
    return refused({"Re:lation takes subjects of at most 200 characters.",
                    "Re:lation の件名は 200 文字までです。"});
  }
  const Result<std::int64_t> account = mail_account(place->box, call);
  if (!account) return not_begun(account.error());
  json::Value body = {{"status_cd", status},      {"mail_account_id", *account}, {"to", reply.to},
                      {"subject", reply.subject}, {"body", reply.text},          {"is_html", false},
                      {"message_id", *answered}};
  if (!reply.cc.empty()) body["cc"] = reply.cc;
  Asked asked = client_.write("POST", "/" + std::to_string(place->box) + path, body, call);
  if (!asked.answer) return failed(std::move(asked));
  return made(*asked.answer, place->box, reply.thread);
}

WriteReport Writer::reply(const connector::ThreadReply& reply, const connector::CallOptions& call) {
  return mail("/mails/reply", reply, call);
}

WriteReport Writer::draft(const connector::ThreadReply& reply, const connector::CallOptions& call) {
  return mail("/mails/draft", reply, call);
}

WriteReport Writer::record(const connector::ThreadRecord& record,
                           const connector::CallOptions& call) {
  const std::optional<TicketPlace> place = place_of(record.thread);
  if (!place) return no_such_thread();
  const std::string status = record.status.value_or(kDefaultStatus);
  if (!is_status(status)) return no_such_status();
  // It refuses what lies in the future, and its clock is the one that counts.
  const TimePoint at = std::min(record.at, client_.now());
  const json::Value body = {
      {"subject", record.subject},
      {"operated_at", to_rfc3339(std::chrono::floor<std::chrono::seconds>(at))},
      {"body", record.text},
      {"is_html", false},
      {"status_cd", status},
      {"ticket_id", place->ticket}};
  Asked asked = client_.write("POST", "/" + std::to_string(place->box) + "/records", body, call);
  if (!asked.answer) return failed(std::move(asked));
  return made(*asked.answer, place->box, record.thread);
}

Result<std::optional<std::string>> Writer::find(const connector::WrittenMessage& message,
                                                const connector::CallOptions& call) {
  const std::optional<TicketPlace> place = place_of(message.thread);
  if (!place) return fail(*no_such_thread().error);
  const Result<json::Value> answer = client_.get(
      "/" + std::to_string(place->box) + "/tickets/" + std::to_string(place->ticket), {}, call);
  if (!answer) return fail(answer.error());
  const Result<ReadTicket> ticket = read_ticket(*answer, {place->box, options_.screen});
  if (!ticket) return fail(ticket.error());
  const std::string text = without_line_ends(message.text);
  // The newest first: an earlier one may say the same.
  for (auto one = ticket->messages.rbegin(); one != ticket->messages.rend(); ++one) {
    // What they add (a signature) stands around it.
    if (one->direction != connector::MessageDirection::received &&
        one->sent_at >= message.since - kClocksDiffer && one->subject == message.subject &&
        without_line_ends(one->text).find(text) != std::string::npos) {
      return std::optional(one->id);
    }
  }
  return std::optional<std::string>();
}

Result<json::Value> Writer::merged_labels(std::int64_t box, std::int64_t ticket,
                                          const connector::ThreadChange& change,
                                          const connector::CallOptions& call) const {
  const auto names = client_.labels(box, call);
  if (!names) return fail(names.error());
  Result<json::Value> now =
      client_.get("/" + std::to_string(box) + "/tickets/" + std::to_string(ticket), {}, call);
  if (!now) return now;
  const auto number_of = [&](const std::string& name) -> std::optional<std::int64_t> {
    const auto found = std::find_if(names->begin(), names->end(),
                                    [&](const auto& one) { return one.second == name; });
    return found == names->end() ? std::nullopt : std::optional(found->first);
  };
  std::set<std::int64_t> labels;
  if (const json::Value* list = json::find(*now, "/label_ids");
      list != nullptr && list->is_array()) {
    for (const json::Value& one : *list) {
      if (one.is_number_integer()) labels.insert(one.get<std::int64_t>());
    }
  }
  for (const std::string& name : change.add_labels) {
    const auto id = number_of(name);
    if (!id) {
      return fail(
          Error::invalid("/add_labels", {"Re:lation has no label \"" + name + "\".",
                                         "Re:lation にラベル「" + name + "」がありません。"}));
    }
    labels.insert(*id);
  }
  for (const std::string& name : change.remove_labels) {
    if (const auto id = number_of(name)) labels.erase(*id);
  }
  return json::Value(labels);
}

WriteReport Writer::change(const connector::ThreadChange& change,
                           const connector::CallOptions& call) {
  const std::optional<TicketPlace> place = place_of(change.thread);
  if (!place) return no_such_thread();
  json::Value body = json::Value::object();
  if (change.status) {
    if (!is_status(*change.status)) return no_such_status();
    body["status_cd"] = *change.status;
  }
  if (change.assignee) body["assignee"] = *change.assignee;
  if (!change.add_labels.empty() || !change.remove_labels.empty()) {
    Result<json::Value> labels = merged_labels(place->box, place->ticket, change, call);
    if (!labels) return not_begun(std::move(labels.error()));
    body["label_ids"] = std::move(*labels);
  }
  if (body.empty()) return {WriteOutcome::done, change.thread};
  Asked asked = client_.write(
      "PUT", "/" + std::to_string(place->box) + "/tickets/" + std::to_string(place->ticket), body,
      call);
  if (!asked.answer) return failed(std::move(asked));
  return {WriteOutcome::done, change.thread};
}

}  // namespace madoguchi::connectors::relation
