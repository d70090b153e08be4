// SPDX-License-Identifier: Apache-2.0
#include "core/service/cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/service/case_access.h"
#include "core/service/case_dto_of.h"
#include "core/service/case_search.h"
#include "core/service/case_wishes.h"
#include "core/service/edit_locks.h"
#include "core/service/found_by.h"
#include "core/service/rule_engine.h"
#include "core/service/scheme.h"
#include "core/service/unit_of_work.h"
#include "core/store/customers.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

constexpr int kCountLimit = 1000;

using View = std::shared_ptr<const DirectoryView>;

void add_texts(db::Session& session, const std::vector<store::CaseRow>& rows,
               std::vector<CaseDto>& items) {
  std::vector<domain::CaseId> ids;
  ids.reserve(rows.size());
  for (const store::CaseRow& row : rows) ids.emplace_back(std::string(row.id()));
  std::vector<std::string> texts = store::Messages(session).beginnings(ids);
  for (std::size_t i = 0; i < items.size(); ++i) items[i].text = std::move(texts[i]);
}

/// Whether it changes what stands on the customer's screen for editing.
bool edits_inquiry(const domain::Change& change) {
  return std::any_of(change.fields.begin(), change.fields.end(), [](const auto& one) {
    return one.field == "subject" || one.field == "category";
  });
}

}  // namespace

Result<CaseDto> CaseService::get(const domain::Caller& caller, const std::string& number) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<CaseDto> {
    Result<store::CaseRecord> record = find_case(session, caller, number);
    if (!record) return fail(std::move(record.error()));
    return full_case_dto(env_, session, *record, **directory, caller);
  });
}

Result<CaseListing> CaseService::list(const domain::Caller& caller, const CaseFilter& filter,
                                      const std::optional<std::vector<std::string>>& after) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Result<store::CaseQuery> query = query_of(filter, caller, **directory, env_.clock.now());
  if (!query) return fail(std::move(query.error()));
  SearchWish wish;
  if (filter.q) {
    Result<SearchWish> typed = search_wish_of(*filter.q, caller, **directory);
    if (!typed) return fail(std::move(typed.error()));
    wish = std::move(*typed);
    if (wish.nothing || !narrow(*query, wish.cases)) return CaseListing{};
    if (!wish.words.empty()) return search(caller, wish, *query, after);
  }
  std::optional<store::CasePlace> place;
  if (after && after->size() == 2) {
    place = store::CasePlace{number_of_key((*after)[0]), number_of_key((*after)[1])};
  }
  return env_.database.read([&](db::Session& session) -> Result<CaseListing> {
    store::CasePage page = store::Cases(session).list(*query, place);
    page.items.erase(std::remove_if(page.items.begin(), page.items.end(),
                                    [&](const auto& row) { return !is_kept(session, wish, row); }),
                     page.items.end());
    CaseListing listing;
    listing.items = case_dtos_of(page.items, **directory, caller);
    if (filter.text) add_texts(session, page.items, listing.items);
    if (page.next) {
      listing.next = {std::to_string(page.next->key), std::to_string(page.next->sequence)};
    }
    const bool counted = wish.without.empty() && wish.from.empty();
    if (filter.count && counted) listing.count = store::Cases(session).count(*query, kCountLimit);
    return listing;
  });
}

Result<CaseListing> CaseService::search(const domain::Caller& caller, const SearchWish& wish,
                                        const store::CaseQuery& query,
                                        const std::optional<std::vector<std::string>>& after) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  // When it fails, the disk being full, the newest are not found yet; everything else is.
  (void)env_.database.settle();
  return env_.database.read([&](db::Session& session) -> Result<CaseListing> {
    CaseListing listing;
    std::set<std::string> found;
    if (std::optional<Hit> exact = CaseSearch::by_number(session, wish, query)) {
      found.insert(exact->id);
      if (!after) {
        const auto& row = std::get<store::CaseRow>(exact->what);
        listing.items.push_back(case_dto_of(row, **directory, caller));
      }
    }
    CaseSearch cases(session, wish, query, CaseSearch::Precedence::newest_message, found);
    const std::vector<std::int64_t> places = places_in(after, 2);
    std::vector<HitStream> streams;
    streams.push_back(cases.by_messages(0, places[0]));
    streams.push_back(cases.by_head(0, places[1]));
    MergedHits merged = merge(streams, static_cast<std::size_t>(query.limit), false);
    for (const Hit& hit : merged.hits) {
      listing.items.push_back(case_dto_of(std::get<store::CaseRow>(hit.what), **directory, caller));
    }
    listing.next = std::move(merged.next);
    return listing;
  });
}

Result<CaseDto> CaseService::create(const Context& context, const CaseCreateDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Result<NewCase> made = new_case_of(env_, context.caller, wish, **directory);
  if (!made) return fail(std::move(made.error()));
  const store::FoundBy words = found_by(made->message);
  return command(env_, context, [&](db::Session& session) -> Result<CaseDto> {
    domain::Case value = made->value;
    domain::Message message = made->message;
    if (wish.customer) {
      value.customer = store::Customers(session).id_by_number(*wish.customer);
      if (!value.customer) return fail(no_such_customer("/customer"));
    }
    if (Result<void> there = check_order_contacts(session, value.ccs); !there) {
      return fail(std::move(there.error()));
    }
    const bool spoken = wish.call && wish.call->outcome == domain::CallOutcome::spoken;
    insert_case(env_, session, value, spoken);
    store::Messages messages(session);
    messages.insert(message);
    messages.index(message.sequence, words);
    Result<void> allowed =
        check_move(session, context.caller, **directory, domain::CaseStatus::new_, value);
    if (!allowed) return fail(std::move(allowed.error()));
    store::ChangeEntry entry;
    entry.event = "case.created";
    entry.first = true;
    entry.object_type = "case";
    entry.object_id = value.number();
    entry.case_id = value.id;
    entry.customer_id = value.customer;
    if (value.mailbox) entry.mailboxes = {*value.mailbox};
    entry.fields = {{"subject", "", value.subject}, {"message", "", message.id.str()}};
    const domain::Change opened{entry.event, entry.fields};
    announce(env_, session, context.caller, std::move(entry));
    tell_rules(env_, session, value, opened);
    return full_case_dto(env_, session, *store::Cases(session).by_sequence(value.sequence),
                         **directory, context.caller);
  });
}

template <class Rule>
Result<CaseDto> CaseService::change(const Context& context, const std::string& number,
                                    Rule&& rule) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<CaseDto> {
    Result<store::CaseRecord> record = find_case(session, context.caller, number);
    if (!record) return fail(record.error());
    Result<void> same = check_version(context, *record, **directory);
    if (!same) return fail(std::move(same.error()));
    const domain::CaseStatus before = record->value.status;
    const Result<domain::Change> changed = rule(session, record->value, **directory);
    if (!changed) return fail(changed.error());
    Result<void> allowed = check_move(session, context.caller, **directory, before, record->value);
    if (!allowed) return fail(std::move(allowed.error()));
    if (!changed->empty()) {
      save_case(env_, session, context.caller, record->value, *changed);
      record = find_case(session, context.caller, number);
      if (!record) return fail(record.error());
    }
    return full_case_dto(env_, session, *record, **directory, context.caller);
  });
}

Result<CaseDto> CaseService::patch(const Context& context, const std::string& number,
                                   const CasePatchDto& wish) {
  if (wish.pending_until.value() && *wish.pending_until.value() <= env_.clock.now()) {
    return fail(
        Error::invalid("/pending_until", {"That time is past.", "過去の日時は指定できません。"}));
  }
  return change(context, number,
                [&](db::Session& session, domain::Case& value,
                    const DirectoryView& directory) -> Result<domain::Change> {
                  Result<domain::CaseEdit> edit = edit_of(session, wish, directory);
                  if (!edit) return fail(std::move(edit.error()));
                  const std::optional<domain::CustomerId> customer = value.customer;
                  Result<domain::Change> edited = domain::edit(value, *edit);
                  if (!edited || !customer || !edits_inquiry(*edited)) return edited;
                  Result<void> taken = take_for_change(env_, session, context, {*customer});
                  if (!taken) return fail(std::move(taken.error()));
                  return edited;
                });
}

Result<CaseDto> CaseService::take(const Context& context, const std::string& number) {
  return change(context, number,
                [&](db::Session&, domain::Case& value,
                    const DirectoryView& directory) -> Result<domain::Change> {
                  const std::optional<domain::AgentId> holder = value.assignee;
                  Result<domain::Change> taken = domain::take(value, context.caller.agent);
                  if (taken || !holder) return taken;
                  const domain::Agent* agent = directory.agent(*holder);
                  std::string json = "{\"id\":" + json::quoted(holder->str()) + ",\"name\":" +
                                     json::quoted(agent != nullptr ? agent->display_name : "") +
                                     "}";
                  return fail(std::move(taken.error()).with_member("holder", std::move(json)));
                });
}

Result<CaseDto> CaseService::assign(const Context& context, const std::string& number,
                                    const AssignDto& wish) {
  return change(context, number,
                [&](db::Session&, domain::Case& value,
                    const DirectoryView& directory) -> Result<domain::Change> {
                  Result<Assignment> wanted = assignment_of(value, wish, directory);
                  if (!wanted) return fail(std::move(wanted.error()));
                  return domain::assign(value, wanted->agent, wanted->team);
                });
}

Result<CaseDto> CaseService::resolve(const Context& context, const std::string& number) {
  return change(context, number, [](db::Session&, domain::Case& value, const DirectoryView&) {
    return domain::resolve(value);
  });
}

Result<CaseDto> CaseService::reopen(const Context& context, const std::string& number) {
  return change(context, number, [](db::Session&, domain::Case& value, const DirectoryView&) {
    return domain::reopen(value);
  });
}

}  // namespace madoguchi::service
