// SPDX-License-Identifier: Apache-2.0
#include "core/service/threading.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/store/cases.h"
#include "core/store/messages.h"
#include "core/text/fold.h"

namespace madoguchi::service {
namespace {

constexpr int kMergeHops = 20;
constexpr std::chrono::hours kDay{24};

/// What the stages share while they look for the place.
struct Search {
  const Environment& env;
  db::Session& session;
  const Incoming& incoming;
  const domain::MailboxRules& rules;  ///< of the mailbox that answers
  Place place;
  bool settled = false;
  std::optional<domain::Case> found;  ///< where it belongs, as long as that is an existing case
};

struct Stage {
  const char* name;
  bool for_found;  ///< asked when a case was found, else as long as nothing is settled
  /// Whether it decided anything; says in `saw` what it saw.
  bool (*decide)(Search&, std::string& saw);
};

bool takes_part(Search& search, const domain::Case& value) {
  const std::optional<EmailAddress>& sender = search.incoming.sender;
  if (!sender) return false;
  if (store::Messages(search.session).takes_part(value.id, sender->key())) return true;
  // Who wrote by a form is named in no mail's From.
  const Result<EmailAddress> requester = EmailAddress::parse(value.requester.address);
  return requester && requester->key() == sender->key();
}

std::optional<domain::Case> case_of(Search& search, const domain::CaseId& id) {
  std::optional<store::CaseRecord> record = store::Cases(search.session).by_id(id);
  return record ? std::optional(std::move(record->value)) : std::nullopt;
}

void settle(Search& search, domain::Case value, std::string reason) {
  search.settled = true;
  search.place.kind = Place::Kind::existing_case;
  search.place.reason = std::move(reason);
  search.found = std::move(value);
}

bool ignore(Search& search) {
  search.settled = true;
  search.place.kind = Place::Kind::ignored;
  search.place.reason = "our own mail came back";
  search.place.notices.clear();
  return true;
}

Dmarc dmarc_of(const Search& search) {
  return dmarc_result(search.incoming.mail, search.rules.authserv_ids, search.rules.trusted_hops);
}

bool form_mail(Search& search, std::string& saw) {
  if (search.incoming.machine.is_loop) {
    saw = "it carries our own mark, so no form wrote it";
    return false;
  }
  std::vector<std::string> domains;
  for (const domain::Mailbox& mailbox : search.incoming.directory.mailboxes()) {
    domains.push_back(text::fold(mailbox.address.domain()));
  }
  std::optional<FormMail> form = find_form_mail(search.incoming.mail, search.rules, domains, saw);
  if (!form) return false;
  if (dmarc_of(search) == Dmarc::fail) {
    saw = "it looks like the mail of a form (" + form->form + "), but its sender failed DMARC";
    return false;
  }
  saw = "an inquiry form wrote it: " + form->form;
  search.settled = true;
  search.place.reason = "a mail of an inquiry form";
  search.place.notices.push_back("form:" + form->form);
  if (form->requester.address.empty()) search.place.notices.emplace_back("form_without_address");
  search.place.form = std::move(form);
  return true;
}

bool own_mail(Search& search, std::string& saw) {
  if (search.incoming.machine.is_loop) {
    saw = "it carries the mark of a mail that we sent";
    return ignore(search);
  }
  // What a list or a forwarder stripped of its other marks is still known by its name.
  const std::optional<std::int64_t> sequence =
      search.env.tokens.verify(search.incoming.mail.message_id);
  if (sequence && store::Messages(search.session).head_by_sequence(*sequence)) {
    saw = "its Message-ID is that of a mail that we sent";
    return ignore(search);
  }
  saw = "no mark of ours";
  return false;
}

/// Decides nothing about the case: only what may be done with it.
bool machine(Search& search, std::string& saw) {
  for (const std::string& signal : search.incoming.signals)
    saw += (saw.empty() ? "a machine's signals: " : ", ") + signal;
  if (saw.empty()) saw = "no signal of a machine";
  if (!search.incoming.machine.no_reopen) return false;
  saw += "; it reopens nothing";
  search.place.reopens = false;
  return false;
}

/// Everything that a mail program keeps of a token of ours, and what it is called.
std::vector<std::pair<const char*, std::optional<std::int64_t>>> tokens_in(const Search& search) {
  const Incoming& incoming = search.incoming;
  const domain::ReplyTokens& tokens = search.env.tokens;
  std::vector<std::pair<const char*, std::optional<std::int64_t>>> found;
  for (const std::string& id : incoming.mail.in_reply_to)
    found.emplace_back("In-Reply-To", tokens.verify(id));
  for (auto id = incoming.mail.references.rbegin(); id != incoming.mail.references.rend(); ++id)
    found.emplace_back("References", tokens.verify(*id));
  for (const store::IntakeRecipient& recipient : incoming.record.recipients)
    found.emplace_back("the envelope", tokens.verify(recipient.address));
  for (const std::vector<mail::Address>* list : {&incoming.mail.to, &incoming.mail.cc}) {
    for (const mail::Address& address : *list)
      found.emplace_back("the address", tokens.verify(address.address));
  }
  found.emplace_back("the subject", tokens.verify_subject(incoming.mail.subject));
  return found;
}

bool token(Search& search, std::string& saw) {
  for (const std::pair<const char*, std::optional<std::int64_t>>& one : tokens_in(search)) {
    if (!one.second) continue;
    const auto head = store::Messages(search.session).head_by_sequence(*one.second);
    std::optional<domain::Case> value = head ? case_of(search, head->case_id) : std::nullopt;
    if (!value) continue;
    saw =
        fmt::format("a token that verifies, in {}, of a message in {}", one.first, value->number());
    if (!takes_part(search, *value)) {
      saw += "; the sender is new to the case";
      search.place.reopens = false;
      search.place.notices.emplace_back("sender_is_new");
    }
    settle(search, std::move(*value), "it answers a message of ours, by a token that verifies");
    return true;
  }
  saw = "no token that verifies";
  return false;
}

bool references(Search& search, std::string& saw) {
  std::vector<std::string> ids = search.incoming.mail.in_reply_to;
  ids.insert(ids.end(), search.incoming.mail.references.begin(),
             search.incoming.mail.references.end());
  if (ids.empty()) {
    saw = "no In-Reply-To and no References";
    return false;
  }
  const auto heads = store::Messages(search.session).by_mime_ids(ids);
  std::optional<domain::Case> newest;
  for (const store::Messages::Head& head : heads) {
    std::optional<domain::Case> value = case_of(search, head.case_id);
    if (!value) continue;
    if (!newest) newest = value;
    if (!takes_part(search, *value)) continue;
    if (dmarc_of(search) == Dmarc::fail) {
      saw = "it refers to a message stored here, but its sender failed DMARC";
      search.place.notices.push_back("may_belong_to:" + value->number());
      return false;
    }
    saw = fmt::format("it refers to a message in {}, and the sender takes part in that case",
                      value->number());
    settle(search, std::move(*value),
           "it answers a known message, from somebody who takes part in the case");
    return true;
  }
  saw = "it refers to no message that is stored here";
  if (newest) {
    saw = "it refers to a message stored here, but the sender takes no part in that case";
    search.place.notices.push_back("may_belong_to:" + newest->number());
  }
  return false;
}

bool merged(Search& search, std::string& saw) {
  if (!search.found->merged_into) {
    saw = "the case was merged into no other";
    return false;
  }
  domain::Case target = follow_merges(search.session, *search.found);
  saw = fmt::format("{} was merged into {}", search.found->number(), target.number());
  search.found = std::move(target);
  return true;
}

bool go_on_anew(Search& search, std::string reason) {
  search.place.kind = Place::Kind::new_case;
  search.place.linked_to = search.found->sequence;
  search.place.reason = std::move(reason);
  search.found.reset();
  return true;
}

bool mailbox_rules(Search& search, std::string& saw) {
  const domain::Case& value = *search.found;
  // What reopens nothing opens nothing either: an absence, a stranger, an archive.
  if (!search.place.reopens || search.incoming.record.archive_status) {
    saw = "it changes nothing of the case";
    return false;
  }
  const auto lain =
      std::chrono::duration_cast<std::chrono::hours>(search.env.clock.now() - value.modified_at);
  const domain::MailboxRules& rules = search.rules;
  if (rules.reused == domain::ReusedRule::new_case && lain >= rules.reused_days * kDay &&
      !same_subject(search.incoming.mail.subject, value.subject)) {
    saw = fmt::format("another subject, and nothing happened in {} for {} days: a new case",
                      value.number(), lain / kDay);
    return go_on_anew(search, "an old mail was used again for something else");
  }
  if (value.status != domain::CaseStatus::closed) {
    saw = "the case is not closed";
    return false;
  }
  const bool anew =
      rules.closed == domain::ClosedRule::new_case ||
      (rules.closed == domain::ClosedRule::new_case_after && lain >= rules.closed_days * kDay);
  if (!anew) {
    saw = "the case is closed: it opens again";
    return false;
  }
  saw = fmt::format("{} is closed: a new case", value.number());
  return go_on_anew(search, "the case that it answers is closed");
}

bool new_case(Search& search, std::string& saw) {
  saw = "nothing before settled it";
  search.settled = true;
  search.place.reason = "no token, no known reference";
  return true;
}

constexpr Stage kStages[] = {{"form_mail", false, form_mail},
                             {"own_mail", false, own_mail},
                             {"machine", false, machine},
                             {"token", false, token},
                             {"references", false, references},
                             {"merged", true, merged},
                             {"mailbox_rules", true, mailbox_rules},
                             {"new_case", false, new_case}};

}  // namespace

domain::Case follow_merges(db::Session& session, domain::Case value) {
  for (int hop = 0; hop < kMergeHops && value.merged_into; ++hop) {
    std::optional<store::CaseRecord> next = store::Cases(session).by_sequence(*value.merged_into);
    if (!next) break;
    value = std::move(next->value);
  }
  return value;
}

const domain::Mailbox* answering_mailbox(const std::vector<store::IntakeRecipient>& recipients,
                                         const DirectoryView& directory) {
  const domain::Mailbox* first = nullptr;
  for (const store::IntakeRecipient& recipient : recipients) {
    const domain::Mailbox* mailbox = directory.mailbox(recipient.mailbox);
    if (mailbox != nullptr && (first == nullptr || mailbox->position < first->position))
      first = mailbox;
  }
  return first;
}

Place find_place(const Environment& env, db::Session& session, const Incoming& incoming,
                 std::vector<domain::DecisionStep>& steps) {
  static const domain::MailboxRules kDefaults;
  const domain::Mailbox* mailbox =
      answering_mailbox(incoming.record.recipients, incoming.directory);
  Search search{env, session, incoming, mailbox != nullptr ? mailbox->rules : kDefaults,
                {},  false,   {}};
  for (const Stage& stage : kStages) {
    if (stage.for_found ? !search.found : search.settled) continue;
    std::string saw;
    const bool decided = stage.decide(search, saw);
    steps.push_back({stage.name, std::move(saw), decided});
  }
  if (search.found) search.place.case_id = search.found->id;
  return std::move(search.place);
}

}  // namespace madoguchi::service
