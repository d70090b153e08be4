// SPDX-License-Identifier: Apache-2.0
#include "core/service/threading.h"

#include <fmt/format.h>

#include "core/store/cases.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

constexpr int kMergeHops = 20;

struct Stage {
  const char* name;
  /// Settles it, or says in `saw` why not and may leave a notice for the stages behind it.
  std::optional<Place> (*decide)(const Environment&, db::Session&, const Incoming&,
                                 std::string& saw, std::vector<std::string>& notices);
};

bool takes_part(db::Session& session, const domain::CaseId& id, const Incoming& incoming) {
  return incoming.sender && store::Messages(session).takes_part(id, incoming.sender->key());
}

/// The case that this one was merged into, and so on.
domain::Case follow_merges(db::Session& session, domain::Case value) {
  for (int hop = 0; hop < kMergeHops && value.merged_into; ++hop) {
    std::optional<store::CaseRecord> next = store::Cases(session).by_sequence(*value.merged_into);
    if (!next) break;
    value = std::move(next->value);
  }
  return value;
}

/// Our own MTA is the only one that would have written a failure, and claiming one can only hurt
/// the claimant, so any header that says so counts.
bool dmarc_failed(const mail::Message& mail) {
  for (const mail::Header& header : mail.headers) {
    if (header.name.size() == 22 && header.value.find("dmarc=fail") != std::string::npos)
      return true;
  }
  return false;
}

std::optional<Place> own_mail(const Environment&, db::Session&, const Incoming& incoming,
                              std::string& saw, std::vector<std::string>&) {
  if (!incoming.machine.is_loop) {
    saw = "no mark of ours";
    return std::nullopt;
  }
  saw = "it carries the mark of a mail that we sent";
  Place place;
  place.kind = Place::Kind::ignored;
  place.reason = "our own mail came back";
  return place;
}

std::optional<Place> token(const Environment& env, db::Session& session, const Incoming& incoming,
                           std::string& saw, std::vector<std::string>&) {
  std::vector<std::string> texts = incoming.mail.in_reply_to;
  texts.insert(texts.end(), incoming.mail.references.rbegin(), incoming.mail.references.rend());
  for (const store::IntakeRecipient& recipient : incoming.record.recipients) {
    texts.push_back(recipient.address);
  }
  for (const std::vector<mail::Address>* list : {&incoming.mail.to, &incoming.mail.cc}) {
    for (const mail::Address& address : *list) texts.push_back(address.address);
  }
  for (const std::string& text : texts) {
    const std::optional<std::int64_t> sequence = env.tokens.verify(text);
    if (!sequence) continue;
    const std::optional<store::Messages::Head> head =
        store::Messages(session).head_by_sequence(*sequence);
    if (!head) continue;
    Place place;
    place.kind = Place::Kind::existing_case;
    place.case_id = head->case_id;
    place.reason = "it answers a message of ours, by a token that verifies";
    saw = "a token that verifies";
    if (!takes_part(session, head->case_id, incoming)) {
      saw += "; the sender is new to the case";
      place.reopens = false;
      place.notices.emplace_back("sender_is_new");
    }
    return place;
  }
  saw = "no token that verifies";
  return std::nullopt;
}

std::optional<Place> references(const Environment&, db::Session& session, const Incoming& incoming,
                                std::string& saw, std::vector<std::string>& notices) {
  std::vector<std::string> ids = incoming.mail.in_reply_to;
  ids.insert(ids.end(), incoming.mail.references.begin(), incoming.mail.references.end());
  if (ids.empty()) {
    saw = "no In-Reply-To and no References";
    return std::nullopt;
  }
  const std::optional<store::Messages::Head> head = store::Messages(session).by_mime_ids(ids);
  if (!head) {
    saw = "it refers to no message that is stored here";
    return std::nullopt;
  }
  const std::optional<store::CaseRecord> record = store::Cases(session).by_id(head->case_id);
  const std::string hint = "may_belong_to:" + (record ? record->value.number() : "");
  if (!takes_part(session, head->case_id, incoming)) {
    saw = "it refers to a message stored here, but the sender takes no part in that case";
    notices.push_back(hint);
    return std::nullopt;
  }
  if (dmarc_failed(incoming.mail)) {
    saw = "it refers to a message stored here, but its sender failed DMARC";
    notices.push_back(hint);
    return std::nullopt;
  }
  saw = "it refers to a message stored here, and the sender takes part in that case";
  Place place;
  place.kind = Place::Kind::existing_case;
  place.case_id = head->case_id;
  place.reason = "it answers a known message, from somebody who takes part in the case";
  return place;
}

std::optional<Place> new_case(const Environment&, db::Session&, const Incoming&, std::string& saw,
                              std::vector<std::string>& notices) {
  saw = "nothing before settled it";
  Place place;
  place.kind = Place::Kind::new_case;
  place.notices = notices;
  place.reason = "no token, no known reference";
  return place;
}

constexpr Stage kStages[] = {
    {"own_mail", own_mail}, {"token", token}, {"references", references}, {"new_case", new_case}};

}  // namespace

Place find_place(const Environment& env, db::Session& session, const Incoming& incoming,
                 std::vector<domain::DecisionStep>& steps) {
  std::vector<std::string> notices;
  Place place;
  for (const Stage& stage : kStages) {
    std::string saw;
    std::optional<Place> settled = stage.decide(env, session, incoming, saw, notices);
    steps.push_back({stage.name, std::move(saw), settled.has_value()});
    if (!settled) continue;
    place = std::move(*settled);
    break;
  }
  if (place.case_id) {
    const std::optional<store::CaseRecord> record = store::Cases(session).by_id(*place.case_id);
    if (record && record->value.merged_into) {
      const domain::Case target = follow_merges(session, record->value);
      steps.push_back(
          {"merged", fmt::format("{} was merged into {}", record->value.number(), target.number()),
           true});
      place.case_id = target.id;
    }
  }
  if (place.kind == Place::Kind::existing_case && incoming.machine.no_reopen) place.reopens = false;
  return place;
}

}  // namespace madoguchi::service
