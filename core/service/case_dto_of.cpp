// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_dto_of.h"

namespace madoguchi::service {

CaseDto case_dto_of(store::CaseRecord record, const DirectoryView& directory,
                    const domain::Caller& caller) {
  domain::Case& value = record.value;
  CaseDto dto;
  dto.allowed_actions = domain::allowed_actions(value, caller);
  dto.number = value.number();
  dto.channel = value.channel;
  dto.subject = std::move(value.subject);
  dto.status = value.status;
  dto.status_group = domain::group_of(value.status);
  dto.pending_until = value.pending_until;
  dto.priority = value.priority;
  if (value.category) {
    dto.category = value.category->str();
    if (const domain::Category* category = directory.category(*value.category)) {
      dto.category_name = category->name;
    }
  }
  dto.tags = std::move(value.tags);
  if (value.assignee) {
    dto.assignee = value.assignee->str();
    if (const domain::Agent* agent = directory.agent(*value.assignee))
      dto.assignee_name = agent->display_name;
  }
  if (value.team) dto.team = value.team->str();
  dto.customer = std::move(record.customer_number);
  dto.requester = {std::move(value.requester.name), std::move(value.requester.kana),
                   std::move(value.requester.address), std::move(value.requester.phone)};
  dto.ccs = std::move(value.ccs);
  if (value.mailbox) {
    const domain::Mailbox* mailbox = directory.mailbox(*value.mailbox);
    dto.mailbox = mailbox != nullptr ? mailbox->name : value.mailbox->str();
  }
  dto.order_numbers = std::move(value.order_numbers);
  dto.created_at = value.created_at;
  dto.modified_at = value.modified_at;
  dto.last_inbound_at = value.last_inbound_at;
  dto.due_at = value.due_at;
  if (value.merged_into) dto.merged_into = domain::case_number(*value.merged_into);
  if (value.linked_to) dto.linked_to = domain::case_number(*value.linked_to);
  dto.version = value.version;
  return dto;
}

std::vector<PlacementDto> placement_dtos_of(const std::vector<store::Placement>& placements,
                                            const DirectoryView& directory) {
  std::vector<PlacementDto> dtos;
  dtos.reserve(placements.size());
  for (const store::Placement& placement : placements) {
    const domain::Mailbox* mailbox = directory.mailbox(placement.mailbox);
    dtos.push_back({placement.message_id,
                    mailbox != nullptr ? mailbox->name : placement.mailbox.str(),
                    placement.recipient, placement.at});
  }
  return dtos;
}

CaseDto full_case_dto(db::Session& session, store::CaseRecord record,
                      const DirectoryView& directory, const domain::Caller& caller) {
  std::vector<PlacementDto> placed =
      placement_dtos_of(store::Cases(session).placements(record.value.id), directory);
  CaseDto dto = case_dto_of(std::move(record), directory, caller);
  dto.mailboxes = std::move(placed);
  return dto;
}

AttachmentDto attachment_dto_of(const domain::Attachment& attachment) {
  return {attachment.id.str(), attachment.file_name, attachment.media_type, attachment.size,
          attachment.sha256,   attachment.is_inline, attachment.content_id};
}

MessageDto message_dto_of(const domain::Message& message, std::int64_t case_sequence) {
  MessageDto dto;
  dto.id = message.id.str();
  dto.case_number = domain::case_number(case_sequence);
  dto.kind = message.kind;
  dto.from = message.from;
  dto.to = message.to;
  dto.cc = message.cc;
  dto.bcc = message.bcc;
  dto.subject = message.subject;
  dto.text = message.text;
  dto.text_visible = message.text_visible;
  dto.html = message.html;
  for (const domain::Attachment& attachment : message.attachments) {
    dto.attachments.push_back(attachment_dto_of(attachment));
  }
  dto.mime_message_id = message.mime_message_id;
  dto.in_reply_to = message.in_reply_to;
  dto.sent_at = message.sent_at;
  dto.received_at = message.received_at;
  if (message.author) {
    dto.author = message.author->str();
    dto.author_name = message.author_name;
  }
  dto.call = message.call;
  dto.delivery = message.delivery;
  dto.send_at = message.sending.at;
  dto.approval = message.sending.approval;
  dto.notices = message.notices;
  dto.created_at = message.created_at;
  dto.version = message.version;
  return dto;
}

}  // namespace madoguchi::service
