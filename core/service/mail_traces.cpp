// SPDX-License-Identifier: Apache-2.0
#include "core/service/mail_traces.h"

#include "core/base/email_address.h"
#include "core/domain/case.h"
#include "core/service/directory.h"

namespace madoguchi::service {
namespace {

MailTraceDto trace_of(const store::IntakeRecord& record, const DirectoryView& directory) {
  MailTraceDto dto;
  dto.id = record.id.str();
  dto.received_at = record.received_at;
  dto.source = record.source;
  dto.sender = record.sender;
  dto.from = record.from_address;
  dto.message_id = record.mime_message_id;
  for (const store::IntakeRecipient& recipient : record.recipients) {
    const domain::Mailbox* mailbox = directory.mailbox(recipient.mailbox);
    dto.recipients.push_back({mailbox != nullptr ? mailbox->name : "", recipient.address});
  }
  dto.size = record.size;
  dto.outcome = record.outcome;
  dto.reason = record.reason;
  dto.decided_at = record.decided_at;
  dto.steps = record.decision;
  if (record.case_sequence) dto.case_number = domain::case_number(*record.case_sequence);
  if (record.message) dto.message = record.message->str();
  return dto;
}

std::string without_brackets(std::string_view id) {
  if (id.size() > 1 && id.front() == '<' && id.back() == '>') id = id.substr(1, id.size() - 2);
  return std::string(id);
}

}  // namespace

Result<TraceListing> MailTraceService::list(const domain::Caller& caller,
                                            const TraceFilter& filter) {
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  store::IntakeQuery query;
  if (filter.message_id) query.message_id = without_brackets(*filter.message_id);
  if (filter.address) {
    const Result<EmailAddress> address = EmailAddress::parse(*filter.address);
    if (!address) {
      return fail(
          Error::invalid("/address", {"Not a mail address.", "メールアドレスではありません。"}));
    }
    query.address_key = address->key();
  }
  if (filter.mailbox) {
    const domain::Mailbox* mailbox = (*directory)->mailbox_named(*filter.mailbox);
    if (mailbox == nullptr) {
      return fail(Error::invalid(
          "/mailbox", {"There is no such mailbox.", "そのメールボックスはありません。"}));
    }
    query.mailbox = mailbox->id;
  }
  query.outcome = filter.outcome;
  query.from = filter.from;
  query.to = filter.to;
  query.scope = caller.scope;
  query.limit = filter.limit;
  Result<store::IntakePage> page =
      env_.database.read([&](db::Session& session) -> Result<store::IntakePage> {
        return store::Intake(session).list(query, filter.after);
      });
  if (!page) return fail(std::move(page.error()));
  TraceListing listing;
  for (const store::IntakeRecord& record : page->items) {
    listing.items.push_back(trace_of(record, **directory));
  }
  listing.next = std::move(page->next);
  return listing;
}

}  // namespace madoguchi::service
