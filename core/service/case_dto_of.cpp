// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_dto_of.h"

#include "core/service/scheme.h"
#include "core/store/columns.h"
#include "core/store/satisfaction.h"

namespace madoguchi::service {
namespace {

CaseCustomerDto standing_of(const store::CaseCustomer& customer, const DirectoryView& directory) {
  using Ids = std::vector<domain::MasterId>;
  return {customer.name, customer.blacklisted,
          named_dtos_of(store::from_column<Ids>(customer.blacklist_reasons), directory),
          named_dtos_of(store::from_column<Ids>(customer.labels), directory)};
}

void fill(CaseDto& dto, const store::CaseRow& row, const DirectoryView& directory,
          const domain::Caller& caller) {
  dto.number = domain::case_number(row.sequence());
  dto.channel = row.channel();
  dto.subject = row.subject();
  dto.status = row.status();
  dto.status_group = domain::group_of(dto.status);
  dto.pending_until = row.pending_until();
  dto.pending_reason = row.pending_reason();
  dto.priority = row.priority();
  dto.category = row.category();
  if (dto.category) {
    const domain::Category* category = directory.category(*dto.category);
    if (category != nullptr) {
      dto.category_name = category->name;
      if (!category->detail.empty()) dto.category_detail = category->detail;
    }
  }
  dto.tags = row.tags();
  dto.assignee = row.assignee();
  if (dto.assignee) {
    const domain::Agent* agent = directory.agent(*dto.assignee);
    if (agent != nullptr) dto.assignee_name = agent->display_name;
  }
  dto.team = row.team();
  if (const std::optional<store::CaseCustomer> customer = row.customer_standing()) {
    dto.customer = customer->number;
    dto.customer_standing = standing_of(*customer, directory);
  }
  dto.requester.name = row.requester_name();
  dto.requester.kana = row.requester_kana();
  dto.requester.address = row.requester_address();
  dto.requester.phone = row.requester_phone();
  dto.ccs = row.ccs();
  if (const std::optional<std::string_view> id = row.mailbox()) {
    const domain::Mailbox* mailbox = directory.mailbox(*id);
    dto.mailbox = mailbox != nullptr ? mailbox->name : *id;
  }
  dto.order_numbers = row.order_numbers();
  dto.created_at = row.created_at();
  dto.modified_at = row.modified_at();
  dto.last_inbound_at = row.last_inbound_at();
  dto.due_at = row.due_at();
  dto.sla = row.sla();
  const std::optional<std::int64_t> merged_into = row.merged_into();
  if (merged_into) dto.merged_into = domain::case_number(*merged_into);
  const std::optional<std::int64_t> linked_to = row.linked_to();
  if (linked_to) dto.linked_to = domain::case_number(*linked_to);
  dto.version = row.version();
  dto.allowed_actions = domain::allowed_actions(dto.status, dto.assignee.has_value(),
                                                merged_into.has_value(), caller);
  const domain::Scheme& scheme = directory.scheme();
  if (domain::binds(scheme)) {
    const domain::Case value = store::case_of(row);
    dto.allowed_actions = domain::within(scheme, dto.allowed_actions, value, caller.role,
                                         facts_of(nullptr, value, directory));
  }
  dto.rows = row.rows();
}

}  // namespace

std::vector<NamedDto> named_dtos_of(const std::vector<domain::MasterId>& ids,
                                    const DirectoryView& directory) {
  std::vector<NamedDto> dtos;
  dtos.reserve(ids.size());
  for (const domain::MasterId& id : ids) {
    const domain::MasterEntry* entry = directory.master_entry(id.str());
    dtos.push_back({id.str(), entry != nullptr ? entry->name : id.str()});
  }
  return dtos;
}

CaseDto case_dto_of(const store::CaseRow& row, const DirectoryView& directory,
                    const domain::Caller& caller) {
  CaseDto dto;
  fill(dto, row, directory, caller);
  return dto;
}

std::vector<CaseDto> case_dtos_of(const std::vector<store::CaseRow>& rows,
                                  const DirectoryView& directory, const domain::Caller& caller) {
  std::vector<CaseDto> dtos(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) fill(dtos[i], rows[i], directory, caller);
  return dtos;
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

CaseDto full_case_dto(const Environment& env, db::Session& session, const store::CaseRecord& record,
                      const DirectoryView& directory, const domain::Caller& caller) {
  std::vector<PlacementDto> placed =
      placement_dtos_of(store::Cases(session).placements(record.value.id), directory);
  CaseDto dto = case_dto_of(record.row, directory, caller);
  dto.mailboxes = std::move(placed);
  if (domain::binds(directory.scheme())) {
    // What messages tell counts here too.
    const domain::CaseFacts facts = facts_of(&session, record.value, directory);
    dto.allowed_actions =
        domain::within(directory.scheme(), dto.allowed_actions, record.value, caller.role, facts);
  }
  dto.status_choices = status_choices(session, record.value, directory, caller);
  dto.alerts = alerts_of(session, record.row, directory, env.clock.now());
  if (const auto answer = store::SatisfactionAnswers(session).of(record.value.sequence)) {
    dto.satisfaction =
        SatisfactionDto{answer->score, answer->comment, answer->answered_at, answer->changed_at};
  }
  return dto;
}

AttachmentDto attachment_dto_of(const domain::Attachment& attachment) {
  return {attachment.id.str(), attachment.file_name, attachment.media_type, attachment.size,
          attachment.sha256,   attachment.is_inline, attachment.content_id, attachment.scan};
}

MessageDto message_dto_of(const domain::Message& message, std::int64_t case_sequence,
                          const domain::Caller& caller) {
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
  dto.allowed_actions = domain::allowed_actions(message, caller);
  return dto;
}

}  // namespace madoguchi::service
