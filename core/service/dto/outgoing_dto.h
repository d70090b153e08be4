// SPDX-License-Identifier: Apache-2.0
#pragma once

// Drafts, templates and decisions about replies as the facade shows them.

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/service/dto/message_dto.h"

namespace madoguchi::service {

/// Half-written: nothing of it has to be right yet, but it holds no card number.
struct DraftSaveDto {
  EntryKind kind = EntryKind::reply;
  std::string text;
  std::string html;
  std::optional<std::string> subject;
  std::optional<std::vector<domain::NamedAddress>> to;
  std::optional<std::vector<domain::NamedAddress>> cc;
  std::vector<domain::NamedAddress> bcc;
  std::vector<std::string> attachments;
  std::optional<std::string> after;
};

struct DraftDto {
  std::string case_number;
  EntryKind kind = EntryKind::reply;
  std::string text;
  std::string html;
  std::optional<std::string> subject;
  std::optional<std::vector<domain::NamedAddress>> to;
  std::optional<std::vector<domain::NamedAddress>> cc;
  std::vector<domain::NamedAddress> bcc;
  std::vector<AttachmentDto> attachments;
  std::optional<std::string> after;
  TimePoint saved_at;
  std::int64_t version = 0;
};

struct ApproveDto {
  std::optional<std::string> after;
};

struct ReturnDto {
  std::string reason;
};

struct TemplateDto {
  std::string id;
  std::string name;
  std::string language;
  std::string subject;
  std::string text;
  std::string html;
  std::int64_t position = 0;
  std::int64_t version = 0;
};

struct TemplateCreateDto {
  std::string name;
  std::string language;
  std::string subject;
  std::string text;
  std::string html;
  std::int64_t position = 0;
};

struct TemplatePatchDto {
  std::optional<std::string> name;
  std::optional<std::string> language;
  std::optional<std::string> subject;
  std::optional<std::string> text;
  std::optional<std::string> html;
  std::optional<std::int64_t> position;
};

struct TemplatePreviewDto {
  std::string case_number;
};

/// The same of texts that are no template yet.
struct TemplateTryDto {
  std::string case_number;
  std::string subject;
  std::string text;
  std::string html;
};

struct RenderedDto {
  std::string subject;
  std::string text;
  std::string html;
  std::vector<std::string> missing;
};

struct RecipientsDto {
  std::vector<domain::NamedAddress> to;
  std::vector<domain::NamedAddress> cc;
};

/// Whom an answer to one message goes to.
struct AnswerRecipientsDto {
  RecipientsDto reply;
  RecipientsDto reply_all;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::DraftSaveDto> {
  static constexpr const char* name = "DraftSave";
  static const Fields& fields();
  static void check(const service::DraftSaveDto& value, Reader& reader);
};
template <>
struct Table<service::DraftDto> {
  static constexpr const char* name = "Draft";
  static const Fields& fields();
};
template <>
struct Table<service::ApproveDto> {
  static constexpr const char* name = "Approve";
  static const Fields& fields();
};
template <>
struct Table<service::ReturnDto> {
  static constexpr const char* name = "Return";
  static const Fields& fields();
};
template <>
struct Table<service::TemplateDto> {
  static constexpr const char* name = "Template";
  static const Fields& fields();
};
template <>
struct Table<service::TemplateCreateDto> {
  static constexpr const char* name = "TemplateCreate";
  static const Fields& fields();
};
template <>
struct Table<service::TemplatePatchDto> {
  static constexpr const char* name = "TemplatePatch";
  static const Fields& fields();
};
template <>
struct Table<service::TemplatePreviewDto> {
  static constexpr const char* name = "TemplatePreview";
  static const Fields& fields();
};
template <>
struct Table<service::TemplateTryDto> {
  static constexpr const char* name = "TemplateTry";
  static const Fields& fields();
};
template <>
struct Table<service::RenderedDto> {
  static constexpr const char* name = "Rendered";
  static const Fields& fields();
};
template <>
struct Table<service::RecipientsDto> {
  static constexpr const char* name = "Recipients";
  static const Fields& fields();
};
template <>
struct Table<service::AnswerRecipientsDto> {
  static constexpr const char* name = "AnswerRecipients";
  static const Fields& fields();
};

}  // namespace madoguchi::json
