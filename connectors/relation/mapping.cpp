// SPDX-License-Identifier: Apache-2.0
#include "connectors/relation/mapping.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/mail/address_list.h"
#include "core/mail/html.h"
#include "core/text/utf8.h"

namespace madoguchi::connectors::relation {
namespace {

constexpr std::size_t kMostText = std::size_t{256} * 1024;
constexpr std::size_t kMostLine = 1000;
constexpr std::size_t kMostAddresses = 100;

Error unreadable(const char* why) {
  return Error::malformed(
      {"Re:lation's answer could not be read.", "Re:lation の応答を読み取れませんでした。"}, why);
}

std::string line_at(const json::Value& value, std::string_view pointer) {
  const std::string text = text::one_line(json::text_at(value, pointer).value_or(""));
  return std::string(text::truncate_utf8(text, kMostLine));
}

std::optional<TimePoint> time_at(const json::Value& value, std::string_view pointer) {
  const std::optional<std::string> text = json::text_at(value, pointer);
  if (!text) return std::nullopt;
  const Result<TimePoint> time = parse_rfc3339(*text);
  return time ? std::optional(*time) : std::nullopt;
}

std::vector<domain::NamedAddress> addresses_at(const json::Value& value, std::string_view pointer) {
  std::vector<domain::NamedAddress> addresses;
  const std::string text = json::text_at(value, pointer).value_or("");
  for (mail::Address& one : mail::parse_addresses(text, {}, kMostAddresses)) {
    if (one.address.empty() && one.name.empty()) continue;
    addresses.push_back({text::one_line(one.name), text::one_line(one.address)});
  }
  return addresses;
}

domain::MessageDirection direction_of(const std::string& method, const std::string& action) {
  if (method == "record") return domain::MessageDirection::internal;
  for (const char* incoming : {"received", "conversation", "end_conversation"}) {
    if (action == incoming) return domain::MessageDirection::received;
  }
  return domain::MessageDirection::sent;
}

/// What is worth saying of a message beside its direction.
std::string state_of(const std::string& action) {
  constexpr std::array<const char*, 4> kPlain{"received", "sent", "conversation",
                                              "end_conversation"};
  const bool plain = std::find(kPlain.begin(), kPlain.end(), action) != kPlain.end();
  return plain ? "" : action;
}

std::string body_of(const json::Value& message) {
  const std::string body = json::text_at(message, "/body").value_or("");
  const bool is_html = json::boolean_at(message, "/is_html").value_or(false);
  const std::string text = is_html ? mail::html_to_text(body) : body;
  return std::string(text::truncate_utf8(text, kMostText));
}

std::vector<domain::ExternalAttachment> attachments_of(const json::Value& message) {
  std::vector<domain::ExternalAttachment> attachments;
  const json::Value* list = json::find(message, "/attachments");
  if (list == nullptr || !list->is_array()) return attachments;
  for (const json::Value& one : *list) {
    if (const auto id = json::integer_at(one, "/attachment_id")) {
      attachments.push_back({std::to_string(*id), line_at(one, "/file_name")});
    }
  }
  return attachments;
}

Result<domain::ExternalMessage> read_message(const json::Value& value,
                                             const domain::ExternalThread& thread) {
  const std::optional<std::int64_t> id = json::integer_at(value, "/message_id");
  if (!id) return fail(unreadable("a message without a number"));
  const std::string action = line_at(value, "/action_cd");
  domain::ExternalMessage message;
  message.id = std::to_string(*id);
  message.thread = thread.id;
  message.medium = line_at(value, "/method_cd");
  message.direction = direction_of(message.medium, action);
  const std::vector<domain::NamedAddress> from = addresses_at(value, "/from");
  if (!from.empty()) message.from = from.front();
  message.to = addresses_at(value, "/to");
  message.cc = addresses_at(value, "/cc");
  message.reply_to = addresses_at(value, "/reply_to");
  message.subject = line_at(value, "/title");
  message.text = body_of(value);
  message.status = state_of(action);
  message.sent_at = time_at(value, "/sent_at")
                        .value_or(time_at(value, "/created_at").value_or(thread.changed_at));
  message.attachments = attachments_of(value);
  return message;
}

/// The page of a ticket on its screen, as clients of the API make it.
std::string page_of(const net::Url& screen, std::int64_t box, const std::string& status,
                    std::int64_t ticket) {
  return screen.below("/tickets/").str() + "#/" + std::to_string(box) + "/tickets/" + status +
         "/p1/" + std::to_string(ticket);
}

}  // namespace

Result<std::vector<ListedTicket>> read_list(const json::Value& value) {
  if (!value.is_array()) return fail(unreadable("no list of tickets"));
  std::vector<ListedTicket> tickets;
  for (const json::Value& one : value) {
    const std::optional<std::int64_t> id = json::integer_at(one, "/ticket_id");
    if (!id || *id <= 0) return fail(unreadable("a ticket without a number"));
    tickets.push_back({*id, time_at(one, "/last_updated_at").value_or(TimePoint{})});
  }
  return tickets;
}

Result<std::vector<std::int64_t>> read_boxes(const json::Value& value) {
  if (!value.is_array()) return fail(unreadable("no list of message boxes"));
  std::vector<std::int64_t> boxes;
  for (const json::Value& one : value) {
    const std::optional<std::int64_t> id = json::integer_at(one, "/message_box_id");
    if (!id || *id <= 0) return fail(unreadable("a message box without a number"));
    boxes.push_back(*id);
  }
  return boxes;
}

std::string thread_id(std::int64_t box, std::int64_t ticket) {
  return std::to_string(box) + "-" + std::to_string(ticket);
}

std::optional<TicketPlace> place_of(const std::string& thread) {
  TicketPlace place;
  const char* end = thread.data() + thread.size();
  const auto box = std::from_chars(thread.data(), end, place.box);
  if (box.ec != std::errc{} || box.ptr == end || *box.ptr != '-') return std::nullopt;
  const auto ticket = std::from_chars(box.ptr + 1, end, place.ticket);
  if (ticket.ec != std::errc{} || ticket.ptr != end) return std::nullopt;
  if (place.box <= 0 || place.ticket <= 0) return std::nullopt;
  return place;
}

Result<ReadTicket> read_ticket(const json::Value& value, const TicketContext& context) {
  const std::optional<std::int64_t> id = json::integer_at(value, "/ticket_id");
  if (!id || *id <= 0) return fail(unreadable("a ticket without a number"));
  const std::string status = line_at(value, "/status_cd");
  ReadTicket ticket;
  ticket.thread.id = thread_id(context.box, *id);
  ticket.thread.subject = line_at(value, "/title");
  ticket.thread.status = status_word(status);
  ticket.thread.assignee = line_at(value, "/assignee");
  ticket.thread.changed_at = time_at(value, "/last_updated_at").value_or(TimePoint{});
  ticket.thread.url = page_of(context.screen, context.box, status.empty() ? "open" : status, *id);
  if (const json::Value* labels = json::find(value, "/label_ids");
      labels != nullptr && labels->is_array()) {
    for (std::size_t i = 0; i < labels->size(); ++i) {
      const auto label = json::integer_at(*labels, "/" + std::to_string(i));
      const auto name = label ? context.labels.find(*label) : context.labels.end();
      if (name != context.labels.end()) ticket.thread.labels.push_back(name->second);
    }
  }
  ticket.is_gone = status == "trash" || status == "spam";
  const json::Value* messages = json::find(value, "/messages");
  if (messages == nullptr || !messages->is_array()) return fail(unreadable("no messages"));
  for (const json::Value& one : *messages) {
    Result<domain::ExternalMessage> message = read_message(one, ticket.thread);
    if (!message) return fail(std::move(message.error()));
    ticket.messages.push_back(std::move(*message));
  }
  return ticket;
}

std::string status_word(const std::string& status_cd) {
  static const std::map<std::string, std::string> kWords = {
      {"open", "未対応"},       {"ongoing", "保留"}, {"closed", "対応完了"},
      {"unwanted", "対応不要"}, {"trash", "ゴミ箱"}, {"spam", "迷惑メール"}};
  const auto found = kWords.find(status_cd);
  return found == kWords.end() ? status_cd : found->second;
}

}  // namespace madoguchi::connectors::relation
