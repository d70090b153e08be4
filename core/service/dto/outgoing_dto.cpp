// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/outgoing_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using service::AnswerRecipientsDto;
using service::ApproveDto;
using service::DraftDto;
using service::DraftSaveDto;
using service::EntryKind;
using service::kMaxSubject;
using service::kMaxText;
using service::RecipientsDto;
using service::RenderedDto;
using service::ReturnDto;
using service::TemplateCreateDto;
using service::TemplateDto;
using service::TemplatePatchDto;
using service::TemplatePreviewDto;
using service::TemplateTryDto;

namespace {

constexpr std::size_t kMaxName = 100;
constexpr std::size_t kMaxLanguage = 10;
constexpr std::int64_t kMaxPosition = 1'000'000;

}  // namespace

const Fields& Table<DraftSaveDto>::fields() {
  static const Fields table = json::fields<DraftSaveDto>(
      field("kind", &DraftSaveDto::kind, "reply or note.").optional(),
      field("text", &DraftSaveDto::text, "The text so far.").optional().max_length(kMaxText),
      field("html", &DraftSaveDto::html, "The same as html.").optional().max_length(kMaxText),
      field("subject", &DraftSaveDto::subject, "Its subject.").max_length(kMaxSubject),
      field("to", &DraftSaveDto::to, "Addresses may be half-written.").max_items(100),
      field("cc", &DraftSaveDto::cc, "Who gets copies.").max_items(100),
      field("bcc", &DraftSaveDto::bcc, "Who gets copies unnamed.").optional().max_items(100),
      field("attachments", &DraftSaveDto::attachments,
            "Ids from POST /attachments; they wait as long as the draft does.")
          .optional()
          .max_items(50),
      field("after", &DraftSaveDto::after, "Id of the newest message the writer saw."));
  return table;
}

void Table<DraftSaveDto>::check(const DraftSaveDto& value, Reader& reader) {
  if (value.kind == EntryKind::reply || value.kind == EntryKind::note) return;
  reader.refuse_member("kind",
                       {"A draft is a reply or a note.", "下書きは reply または note です。"});
}

const Fields& Table<DraftDto>::fields() {
  static const Fields table = json::fields<DraftDto>(
      field("case_number", &DraftDto::case_number, "The case it belongs to."),
      field("kind", &DraftDto::kind, "reply or note."),
      field("text", &DraftDto::text, "The text so far."),
      field("html", &DraftDto::html, "The same as html; sanitised."),
      field("subject", &DraftDto::subject, "Its subject; null: the case's."),
      field("to", &DraftDto::to, "Whom it will go to; null: the requester."),
      field("cc", &DraftDto::cc, "Who gets copies; null: the case's CCs."),
      field("bcc", &DraftDto::bcc, "Who gets copies unnamed."),
      field("attachments", &DraftDto::attachments, "Uploads that wait with it."),
      field("after", &DraftDto::after, "Id of the newest message the writer saw."),
      field("saved_at", &DraftDto::saved_at, "When."),
      field("version", &DraftDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<ApproveDto>::fields() {
  static const Fields table = json::fields<ApproveDto>(
      field("after", &ApproveDto::after,
            "Id of the newest message the approver saw: refused when something came since."));
  return table;
}

const Fields& Table<ReturnDto>::fields() {
  static const Fields table =
      json::fields<ReturnDto>(field("reason", &ReturnDto::reason, "What the writer should change.")
                                  .not_empty()
                                  .max_length(4000));
  return table;
}

const Fields& Table<TemplateDto>::fields() {
  static const Fields table = json::fields<TemplateDto>(
      field("id", &TemplateDto::id, "Names it in /templates/{id}."),
      field("name", &TemplateDto::name, "Unique name."),
      field("language", &TemplateDto::language, "Such as ja or en; empty: any."),
      field("subject", &TemplateDto::subject, "Subject; empty: the reply's own."),
      field("text", &TemplateDto::text, "Text with variables."),
      field("html", &TemplateDto::html, "The same as html."),
      field("position", &TemplateDto::position, "Order in lists."),
      field("version", &TemplateDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<TemplateCreateDto>::fields() {
  static const Fields table = json::fields<TemplateCreateDto>(
      field("name", &TemplateCreateDto::name, "Unique name.").not_empty().max_length(kMaxName),
      field("language", &TemplateCreateDto::language, "Such as ja or en; empty: any.")
          .optional()
          .max_length(kMaxLanguage),
      field("subject", &TemplateCreateDto::subject, "Subject; empty: the reply's own.")
          .optional()
          .max_length(kMaxSubject),
      field("text", &TemplateCreateDto::text,
            "Text with variables such as {{customer.name}}, or {{customer.name|Customer}} with "
            "what stands there without a value.")
          .not_empty()
          .max_length(kMaxText),
      field("html", &TemplateCreateDto::html, "The same as html; values are escaped.")
          .optional()
          .max_length(kMaxText),
      field("position", &TemplateCreateDto::position, "Order in lists.")
          .optional()
          .range(0, kMaxPosition));
  return table;
}

const Fields& Table<TemplatePatchDto>::fields() {
  static const Fields table = json::fields<TemplatePatchDto>(
      field("name", &TemplatePatchDto::name, "Unique name.").not_empty().max_length(kMaxName),
      field("language", &TemplatePatchDto::language, "Such as ja or en; empty: any.")
          .max_length(kMaxLanguage),
      field("subject", &TemplatePatchDto::subject, "Subject.").max_length(kMaxSubject),
      field("text", &TemplatePatchDto::text, "Text with variables.")
          .not_empty()
          .max_length(kMaxText),
      field("html", &TemplatePatchDto::html, "The same as html.").max_length(kMaxText),
      field("position", &TemplatePatchDto::position, "Order in lists.").range(0, kMaxPosition));
  return table;
}

const Fields& Table<TemplatePreviewDto>::fields() {
  static const Fields table = json::fields<TemplatePreviewDto>(
      field("case", &TemplatePreviewDto::case_number, "Number of the case whose values go in."));
  return table;
}

const Fields& Table<TemplateTryDto>::fields() {
  static const Fields table = json::fields<TemplateTryDto>(
      field("case", &TemplateTryDto::case_number, "Number of the case whose values go in."),
      field("subject", &TemplateTryDto::subject, "Subject.").optional().max_length(kMaxSubject),
      field("text", &TemplateTryDto::text, "Text.").optional().max_length(kMaxText),
      field("html", &TemplateTryDto::html, "Html.").optional().max_length(kMaxText));
  return table;
}

const Fields& Table<RenderedDto>::fields() {
  static const Fields table = json::fields<RenderedDto>(
      field("subject", &RenderedDto::subject, "Subject, on one line."),
      field("text", &RenderedDto::text, "Text."),
      field("html", &RenderedDto::html, "Html, sanitised."),
      field("missing", &RenderedDto::missing,
            "Variables that have no value in this case and no substitute: left out."));
  return table;
}

const Fields& Table<RecipientsDto>::fields() {
  static const Fields table =
      json::fields<RecipientsDto>(field("to", &RecipientsDto::to, "Recipients."),
                                  field("cc", &RecipientsDto::cc, "Who gets copies."));
  return table;
}

const Fields& Table<AnswerRecipientsDto>::fields() {
  static const Fields table = json::fields<AnswerRecipientsDto>(
      field("reply", &AnswerRecipientsDto::reply, "An answer to whoever wrote."),
      field("reply_all", &AnswerRecipientsDto::reply_all,
            "An answer to all; without our own addresses, each person once."));
  return table;
}

}  // namespace madoguchi::json
