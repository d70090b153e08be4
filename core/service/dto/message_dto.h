// SPDX-License-Identifier: Apache-2.0
#pragma once

// Messages of a case, attachments and intake answers as the facade shows them.

#include <optional>
#include <string>
#include <vector>

#include "core/domain/message_actions.h"
#include "core/json/json.h"
#include "core/store/columns.h"

namespace madoguchi::service {

struct AttachmentDto {
  std::string id;
  std::string file_name;
  std::string media_type;
  std::int64_t size = 0;
  std::string sha256;
  bool is_inline = false;
  std::string content_id;
  std::optional<domain::ContentScan> scan;
};

struct MessageDto {
  std::string id;
  std::string case_number;
  domain::MessageKind kind = domain::MessageKind::inbound;
  domain::NamedAddress from;
  std::vector<domain::NamedAddress> to;
  std::vector<domain::NamedAddress> cc;
  std::vector<domain::NamedAddress> bcc;
  std::string subject;
  std::string text;
  std::string text_visible;
  std::string html;
  std::vector<AttachmentDto> attachments;
  std::string mime_message_id;
  std::string in_reply_to;
  std::optional<TimePoint> sent_at;
  std::optional<TimePoint> received_at;
  std::optional<std::string> author;
  std::optional<std::string> author_name;
  std::optional<domain::Call> call;
  std::vector<domain::Delivery> delivery;
  std::optional<TimePoint> send_at;
  std::optional<domain::Approval> approval;
  std::vector<std::string> notices;
  TimePoint created_at;
  std::int64_t version = 0;
  domain::MessageActions allowed_actions;
};

/// What an agent may add to a case.
enum class EntryKind { reply, note, call, inbound };

struct MessageCreateDto {
  EntryKind kind = EntryKind::reply;
  std::string text;
  std::string html;
  std::optional<std::string> subject;
  std::optional<std::vector<domain::NamedAddress>> to;
  std::optional<std::vector<domain::NamedAddress>> cc;
  std::vector<domain::NamedAddress> bcc = {};
  std::vector<std::string> attachments;
  std::optional<std::string> after;
  std::optional<domain::Call> call;
  std::optional<TimePoint> send_at = std::nullopt;
  std::optional<std::int64_t> delay_seconds = std::nullopt;
  bool ask_approval = false;
  std::optional<std::int64_t> draft_version = std::nullopt;
};

struct MessagePatchDto {
  std::optional<std::string> text;
  std::optional<domain::Call> call;
};

struct RedecodeDto {
  std::string charset;
};

struct RedecodeSelectionDto {
  std::vector<std::string> ids;
  std::string charset;
};

/// One message of a selection: its new version, or why not.
struct RedecodedMessageDto {
  std::string id;
  std::optional<std::int64_t> version;
  std::optional<std::string> error;
};

struct RedecodedDto {
  std::vector<RedecodedMessageDto> items;
};

struct DecisionDto {
  std::string intake_id;
  domain::IntakeOutcome outcome = domain::IntakeOutcome::undecided;
  std::string reason;
  std::vector<domain::DecisionStep> steps;
};

/// The answer of POST /intake/mail and GET /intake/{id}.
struct IntakeDto {
  std::string intake_id;
  std::string outcome;
  std::string reason;
  std::optional<std::string> case_number;
  std::optional<std::string> message_id;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::EntryKind> {
  static constexpr EnumName<service::EntryKind> values[] = {
      {service::EntryKind::reply, "reply"},
      {service::EntryKind::note, "note"},
      {service::EntryKind::call, "call"},
      {service::EntryKind::inbound, "inbound"}};
};

template <>
struct json::Table<domain::Delivery> {
  static constexpr const char* name = "Delivery";
  static const json::Fields& fields();
};
template <>
struct json::Table<domain::ContentScan> {
  static constexpr const char* name = "ContentScan";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::AttachmentDto> {
  static constexpr const char* name = "Attachment";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::MessageDto> {
  static constexpr const char* name = "Message";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::MessageCreateDto> {
  static constexpr const char* name = "MessageCreate";
  static const json::Fields& fields();
  static void check(const service::MessageCreateDto& value, json::Reader& reader);
};
template <>
struct json::Table<service::MessagePatchDto> {
  static constexpr const char* name = "MessagePatch";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RedecodeDto> {
  static constexpr const char* name = "Redecode";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RedecodeSelectionDto> {
  static constexpr const char* name = "RedecodeSelection";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RedecodedMessageDto> {
  static constexpr const char* name = "RedecodedMessage";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RedecodedDto> {
  static constexpr const char* name = "Redecoded";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::DecisionDto> {
  static constexpr const char* name = "Decision";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::IntakeDto> {
  static constexpr const char* name = "Intake";
  static const json::Fields& fields();
};

}  // namespace madoguchi
