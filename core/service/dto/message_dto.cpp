// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/message_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using domain::Delivery;
using service::AttachmentDto;
using service::DecisionDto;
using service::EntryKind;
using service::IntakeDto;
using service::MessageCreateDto;
using service::MessageDto;
using service::MessagePatchDto;
using service::RedecodedDto;
using service::RedecodedMessageDto;
using service::RedecodeDto;
using service::RedecodeSelectionDto;

const Fields& Table<Delivery>::fields() {
  static const Fields table = json::fields<Delivery>(
      field("address", &Delivery::address, "The recipient.").needs(service::kContact),
      field("state", &Delivery::state, "Where the message to this recipient stands."),
      field("detail", &Delivery::detail, "The words of the server that answered.")
          .needs(service::kContact),
      field("at", &Delivery::at, "Since when."),
      field("reason", &Delivery::reason,
            "Why it did not arrive: unknown_user, mailbox_full, blocked, too_large, content, "
            "host_unknown, expired, relay_denied, suspended or other; empty: it may have."),
      field("status_code", &Delivery::status_code, "The server's code (RFC 3463), such as 5.1.1."));
  return table;
}

const Fields& Table<domain::ContentScan>::fields() {
  static const Fields table = json::fields<domain::ContentScan>(
      field("state", &domain::ContentScan::state,
            "not_scanned: it waits, or could not be judged. A download then needs unscanned=true."),
      field("detail", &domain::ContentScan::detail,
            "What was found, or why it could not be judged."),
      field("at", &domain::ContentScan::at, "When the scanner said so; null while it waits."));
  return table;
}

const Fields& Table<AttachmentDto>::fields() {
  static const Fields table = json::fields<AttachmentDto>(
      field("id", &AttachmentDto::id, "Names it in /attachments/{id} and in a reply."),
      field("file_name", &AttachmentDto::file_name,
            "Name, cleaned of paths and control characters."),
      field("media_type", &AttachmentDto::media_type, "Type as the sender called it."),
      field("size", &AttachmentDto::size, "Octets."),
      field("sha256", &AttachmentDto::sha256, "Digest of the content, hexadecimal."),
      field("inline", &AttachmentDto::is_inline, "Shown inside the html."),
      field("content_id", &AttachmentDto::content_id, "What the html calls it by cid:."),
      field("scan", &AttachmentDto::scan,
            "What the virus scanner said; null where none was ever configured."));
  return table;
}

const Fields& Table<MessageDto>::fields() {
  static const Fields table = json::fields<MessageDto>(
      field("id", &MessageDto::id, "Names it in /messages/{id}."),
      field("case_number", &MessageDto::case_number, "The case it belongs to."),
      field("kind", &MessageDto::kind, "What kind of entry it is."),
      field("from", &MessageDto::from, "Who wrote it."),
      field("to", &MessageDto::to, "Whom it was sent to."),
      field("cc", &MessageDto::cc, "Who got copies."),
      field("bcc", &MessageDto::bcc, "Who got copies without the others being told, of a reply."),
      field("subject", &MessageDto::subject, "The mail's subject."),
      field("text", &MessageDto::text, "Its plain text, or what the html says."),
      field("text_visible", &MessageDto::text_visible,
            "New text only: quoted parts and signature cut."),
      field("html", &MessageDto::html, "Sanitised html; empty when there was none."),
      field("attachments", &MessageDto::attachments, "What came with it."),
      field("mime_message_id", &MessageDto::mime_message_id,
            "The mail's Message-ID, without brackets."),
      field("in_reply_to", &MessageDto::in_reply_to, "The Message-ID it answers."),
      field("sent_at", &MessageDto::sent_at, "When it was sent, as the mail says."),
      field("received_at", &MessageDto::received_at, "When the hub had it durably."),
      field("author", &MessageDto::author, "Id of the agent who wrote it."),
      field("author_name", &MessageDto::author_name, "The agent's name."),
      field("call", &MessageDto::call, "The telephone call, with kind call."),
      field("delivery", &MessageDto::delivery,
            "Per recipient, for replies. draft: it was called back or returned, and never went "
            "out."),
      field("send_at", &MessageDto::send_at,
            "When a reply that waits goes out; until then it can be cancelled."),
      field("approval", &MessageDto::approval,
            "Of a reply that somebody else has to approve: who decided what, and why."),
      field("notices", &MessageDto::notices, "What a reader should know about how it was read."),
      field("created_at", &MessageDto::created_at, "When it was recorded."),
      field("version", &MessageDto::version, "Counts changes; the ETag."),
      field("allowed_actions", &MessageDto::allowed_actions,
            "What the caller may do with it now."));
  return table;
}

const Fields& Table<MessageCreateDto>::fields() {
  static const Fields table = json::fields<MessageCreateDto>(
      field("kind", &MessageCreateDto::kind, "A reply goes to the customer, a note never does."),
      field("text", &MessageCreateDto::text, "The text.").not_empty().max_length(service::kMaxText),
      field("html", &MessageCreateDto::html, "The same as html; sanitised before it goes out.")
          .optional()
          .max_length(service::kMaxText),
      field("subject", &MessageCreateDto::subject, "Default: Re: and the case's subject.")
          .max_length(service::kMaxSubject),
      field("to", &MessageCreateDto::to, "Default: the requester.").max_items(100),
      field("cc", &MessageCreateDto::cc, "Default: the case's CCs.").max_items(100),
      field("bcc", &MessageCreateDto::bcc, "Further recipients, whom the mail does not name.")
          .optional()
          .max_items(100),
      field("attachments", &MessageCreateDto::attachments,
            "Ids from POST /attachments. An image that the html shows by its content_id, as "
            "cid:…, travels beside the html.")
          .optional()
          .max_items(50),
      field("after", &MessageCreateDto::after,
            "Id of the newest message the writer saw: refused when something came since."),
      field("call", &MessageCreateDto::call, "The telephone call, with kind call."),
      field("send_at", &MessageCreateDto::send_at, "When a reply goes out, 90 days ahead at most."),
      field("delay_seconds", &MessageCreateDto::delay_seconds,
            "Or how long it waits. Default: the mailbox's undo_seconds.")
          .range(0, 7'776'000),
      field("ask_approval", &MessageCreateDto::ask_approval,
            "Lets somebody else approve it even where the mailbox does not demand it.")
          .optional(),
      field("draft_version", &MessageCreateDto::draft_version,
            "Version of the writer's draft that this is: it is emptied. 412 when it was saved "
            "anew since.")
          .range(1, 9'007'199'254'740'991));
  return table;
}

void Table<MessageCreateDto>::check(const MessageCreateDto& value, Reader& reader) {
  const Text only_reply = {"Only with kind \"reply\".", "kind が reply のときだけ指定できます。"};
  if (value.kind != EntryKind::reply) {
    if (!value.html.empty()) reader.refuse_member("html", only_reply);
    if (value.subject) reader.refuse_member("subject", only_reply);
    if (value.to) reader.refuse_member("to", only_reply);
    if (value.cc) reader.refuse_member("cc", only_reply);
    if (!value.bcc.empty()) reader.refuse_member("bcc", only_reply);
    if (value.send_at) reader.refuse_member("send_at", only_reply);
    if (value.delay_seconds) reader.refuse_member("delay_seconds", only_reply);
    if (value.ask_approval) reader.refuse_member("ask_approval", only_reply);
  }
  if (value.send_at && value.delay_seconds) {
    reader.refuse_member("delay_seconds", {"Either send_at or delay_seconds.",
                                           "send_at と delay_seconds は併用できません。"});
  }
  if (value.call && value.kind != EntryKind::call) {
    reader.refuse_member("call",
                         {"Only with kind \"call\".", "kind が call のときだけ指定できます。"});
  }
}

const Fields& Table<MessagePatchDto>::fields() {
  static const Fields table =
      json::fields<MessagePatchDto>(field("text", &MessagePatchDto::text, "The corrected text.")
                                        .not_empty()
                                        .max_length(service::kMaxText),
                                    field("call", &MessagePatchDto::call, "The corrected call."));
  return table;
}

const Fields& Table<RedecodeDto>::fields() {
  static const Fields table = json::fields<RedecodeDto>(
      field("charset", &RedecodeDto::charset, "By any of its names, such as shift_jis.")
          .not_empty()
          .max_length(60));
  return table;
}

const Fields& Table<RedecodeSelectionDto>::fields() {
  static const Fields table = json::fields<RedecodeSelectionDto>(
      field("ids", &RedecodeSelectionDto::ids, "The messages.").max_items(100),
      field("charset", &RedecodeSelectionDto::charset, "By any of its names, such as shift_jis.")
          .not_empty()
          .max_length(60));
  return table;
}

const Fields& Table<RedecodedMessageDto>::fields() {
  static const Fields table = json::fields<RedecodedMessageDto>(
      field("id", &RedecodedMessageDto::id, "The message."),
      field("version", &RedecodedMessageDto::version, "Its version now."),
      field("error", &RedecodedMessageDto::error, "The type of the problem, when there was one."));
  return table;
}

const Fields& Table<RedecodedDto>::fields() {
  static const Fields table = json::fields<RedecodedDto>(
      field("items", &RedecodedDto::items, "What became of each, in the order of the request."));
  return table;
}

const Fields& Table<DecisionDto>::fields() {
  static const Fields table = json::fields<DecisionDto>(
      field("intake_id", &DecisionDto::intake_id, "The mail it was read from."),
      field("outcome", &DecisionDto::outcome, "How the mail ended."),
      field("reason", &DecisionDto::reason, "Why, in one line."),
      field("steps", &DecisionDto::steps, "Each rule that was tried, in order, and what it saw.")
          .needs(service::kContact));
  return table;
}

const Fields& Table<IntakeDto>::fields() {
  static const Fields table = json::fields<IntakeDto>(
      field("intake_id", &IntakeDto::intake_id, "Names it in /intake/{id}."),
      field("outcome", &IntakeDto::outcome,
            "case_opened, message_added, duplicate, ignored, bounce, filed, quarantined, or "
            "accepted: "
            "durable, not decided yet."),
      field("reason", &IntakeDto::reason, "Why, in one line."),
      field("case_number", &IntakeDto::case_number, "The case it belongs to."),
      field("message_id", &IntakeDto::message_id, "The message resource."));
  return table;
}

}  // namespace madoguchi::json
