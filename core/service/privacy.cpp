// SPDX-License-Identifier: Apache-2.0
#include "core/service/privacy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "core/json/writer.h"
#include "core/service/case_access.h"
#include "core/service/customer_access.h"
#include "core/service/edit_locks.h"
#include "core/service/found_by.h"
#include "core/service/masked_mails.h"
#include "core/service/person_export.h"
#include "core/service/unit_of_work.h"
#include "core/store/cases.h"
#include "core/store/columns.h"
#include "core/store/customer_parts.h"
#include "core/store/durable_file.h"
#include "core/store/messages.h"
#include "core/store/search_texts.h"

namespace madoguchi::service {
namespace {

constexpr char kEraseKind[] = "customers.erase";
constexpr char kCleanUpJob[] = "privacy.clean_up";
constexpr int kCasesAtMost = 10'000;
constexpr int kMessagesAtOnce = 100;
constexpr std::size_t kSightingsAtMost = 100'000;

Error customer_held(const store::LegalHold& hold) {
  return Error::conflict(
      "customer-held",
      {fmt::format(
           "{} said that this customer must not be erased: {}. Remove the legal hold first.",
           hold.agent_name, hold.reason),
       fmt::format("{} により消去が禁止されています（{}）。先に保全を解除してください。",
                   hold.agent_name, hold.reason)});
}

Error unfinished(const std::vector<std::string>& numbers) {
  const std::string list = fmt::format("{}", fmt::join(numbers, ", "));
  return Error::conflict("customer-unfinished",
                         {"These are still under way: " + list + ". Finish or cancel them first.",
                          "手続き中の受注・定期受注があります（" + list +
                              "）。完了またはキャンセルしてください。"})
      .with_member("unfinished", json::to_string(numbers));
}

/// What is left of a customer: that there was one.
domain::Customer blank(const domain::Customer& customer, TimePoint at) {
  domain::Customer left;
  left.id = customer.id;
  left.sequence = customer.sequence;
  left.merged_into = customer.merged_into;
  left.created_at = customer.created_at;
  left.modified_at = at;
  left.erased_at = at;
  left.version = customer.version;
  return left;
}

std::vector<std::string> address_keys_of(const domain::Customer& customer) {
  std::vector<std::string> keys;
  for (const domain::CustomerEmail& email : customer.emails) keys.push_back(email.address.key());
  return keys;
}

std::set<std::string> lines_of(const std::filesystem::path& file) {
  std::set<std::string> lines;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.front() != '#') lines.insert(line);
  }
  return lines;
}

Result<void> may_be_erased(db::Session& session, const std::vector<domain::CustomerId>& people) {
  for (const domain::CustomerId& id : people) {
    const std::optional<store::LegalHold> hold = store::LegalHolds(session).of(id);
    if (hold) return fail(customer_held(*hold));
  }
  const std::vector<std::string> open = store::Erasure(session).unfinished(people);
  if (!open.empty()) return fail(unfinished(open));
  return {};
}

}  // namespace

PrivacyService::PrivacyService(const Environment& env, OperationService& operations,
                               std::filesystem::path list)
    : env_(env), operations_(operations), list_(std::move(list)) {
  operations.add(
      kEraseKind, domain::Permission::privacy_manage,
      [this](db::Session& session, const Context& context, const std::string& object,
             const std::string& wish) { return erase_object(session, context, object, wish); });
}

std::vector<jobs::JobKind> PrivacyService::job_kinds() {
  jobs::JobKind clean;
  clean.name = kCleanUpJob;
  clean.run = [this](const jobs::Job&, jobs::Claim& claim) { return clean_up(claim); };
  return {std::move(clean)};
}

Result<OperationStartedDto> PrivacyService::erase(const Context& context, const std::string& number,
                                                  const EraseCustomerDto& wish) {
  if (Result<void> clean = refuse_card_numbers(wish.reason, "/reason"); !clean) {
    return fail(std::move(clean.error()));
  }
  using Objects = std::vector<std::string>;
  Result<Objects> objects = env_.database.read([&](db::Session& session) -> Result<Objects> {
    const Result<domain::Customer> customer = find_living_customer(session, number);
    if (!customer) return fail(customer.error());
    store::Erasure erasure(session);
    const std::vector<domain::CustomerId> people = erasure.with_merged(customer->id);
    if (Result<void> free = may_be_erased(session, people); !free) return fail(free.error());
    Objects chosen;
    for (const std::int64_t one :
         erasure.cases_of(people, address_keys_of(*customer), kCasesAtMost)) {
      chosen.push_back(domain::case_number(one));
    }
    chosen.push_back(customer->number());
    return chosen;
  });
  if (!objects) return fail(std::move(objects.error()));
  return operations_.start(context, kEraseKind, store::to_column(wish), wish.preview, *objects);
}

Result<OperationService::Fields> PrivacyService::erase_object(db::Session& session,
                                                              const Context& context,
                                                              const std::string& object,
                                                              const std::string& wish) {
  const auto dto = store::from_column<EraseCustomerDto>(wish);
  if (const auto sequence = domain::parse_case_number(object)) {
    const std::optional<store::CaseRecord> record = store::Cases(session).by_sequence(*sequence);
    if (!record || store::Erasure(session).is_erased(*sequence)) return Fields();
    if (record->value.customer) {
      Result<void> free = may_be_erased(session, {*record->value.customer});
      if (!free) return fail(std::move(free.error()));
    }
    const std::int64_t messages = erase_case(session, context, record->value);
    return Fields{{"messages", std::to_string(messages), "0"}};
  }
  const Result<domain::Customer> customer = find_customer(session, object);
  if (!customer) return fail(customer.error());
  if (customer->erased_at) return Fields();
  Result<void> taken = take_for_change(env_, session, context, {customer->id});
  if (!taken) return fail(std::move(taken.error()));
  return erase_customer(session, context, *customer, dto.reason, Force::no);
}

Result<OperationService::Fields> PrivacyService::erase_customer(db::Session& session,
                                                                const Context& context,
                                                                const domain::Customer& customer,
                                                                const std::string& reason,
                                                                Force force) {
  store::Erasure erasure(session);
  const std::vector<domain::CustomerId> people = erasure.with_merged(customer.id);
  if (force == Force::no) {
    if (Result<void> free = may_be_erased(session, people); !free) return fail(free.error());
  }
  std::vector<domain::Customer> found;
  std::vector<std::string> keys;
  for (const domain::CustomerId& id : people) {
    std::optional<domain::Customer> one = store::Customers(session).by_id(id);
    if (!one) continue;
    for (std::string& key : address_keys_of(*one)) keys.push_back(std::move(key));
    found.push_back(std::move(*one));
  }
  // What came in while the cases before were erased.
  for (const std::int64_t sequence : erasure.cases_of(people, keys, kCasesAtMost)) {
    const std::optional<store::CaseRecord> record = store::Cases(session).by_sequence(sequence);
    if (record) erase_case(session, context, record->value);
  }
  for (domain::Customer& one : found) erase_person(session, std::move(one));
  clean_up_later(session);
  announce_customer(env_, session, context.caller, customer, "customer.erased",
                    {{"reason", "", reason}});
  return Fields{{"customer", customer.number(), ""}};
}

void PrivacyService::clean_up_later(db::Session& session) {
  // One that runs does not know of what is erased meanwhile: each erasure has its own.
  env_.queue.put(session, {kCleanUpJob, std::string(kCleanUpJob) + ":" + env_.ids.next(), ""});
}

Result<void> PrivacyService::erase_idle(const domain::CustomerId& id, const std::string& reason) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    const std::optional<domain::Customer> customer = store::Customers(session).by_id(id);
    if (!customer || customer->erased_at) return {};
    const Context hub{{{}, "hub"}};
    const Result<Fields> done = erase_customer(session, hub, *customer, reason, Force::no);
    return done ? Result<void>() : fail(done.error());
  });
}

void PrivacyService::erase_person(db::Session& session, domain::Customer customer) {
  store::Erasure erasure(session);
  const std::vector<std::string> keys = address_keys_of(customer);
  for (const std::string& key : keys) erasure.erase_mentions(key);
  for (const domain::CustomerPhone& phone : customer.phones) {
    erasure.erase_mentions(phone.number.str());
  }
  erasure.erase_mentions("\"" + customer.number() + "\"");
  for (const std::string& order : erasure.orders_of(customer.id)) {
    store::SearchTexts(session).forget(store::TextKind::order, order);
  }
  store::DeliveryAddresses addresses(session);
  const std::vector<domain::DeliveryAddress> before = addresses.of(customer.id);
  for (const domain::DeliveryAddress& one : before) (void)addresses.remove(one);
  if (!before.empty()) store::Customers(session).addresses_changed(customer, before);
  store::Memos memos(session);
  while (true) {
    const std::vector<domain::Memo> some = memos.of(customer.id, "", kMessagesAtOnce);
    if (some.empty()) break;
    for (const domain::Memo& memo : some) (void)memos.remove(memo);
  }
  forget(session, erasure.erase_belongings(customer.id, keys));
  domain::Customer left = blank(customer, env_.clock.now());
  if (!store::Customers(session).update(left, customer)) {
    throw db::Failure(db::FailureKind::serialization, "the customer changed meanwhile");
  }
  store::History(session, env_.seal).shred(customer.id.str());
}

std::int64_t PrivacyService::erase_case(db::Session& session, const Context& context,
                                        const domain::Case& value) {
  store::Messages messages(session);
  std::int64_t count = 0;
  for (std::int64_t after = 0;;) {
    const std::vector<domain::Message> some = messages.of_case(value.id, after, kMessagesAtOnce);
    if (some.empty()) break;
    for (const domain::Message& message : some) {
      messages.index_again(message.sequence, found_by(message), {});
    }
    count += static_cast<std::int64_t>(some.size());
    after = some.back().sequence;
  }
  // Its times end as those of a case that was closed; rules hear nothing of it.
  domain::Case closed = value;
  const Result<domain::Change> end = domain::set_status(closed, domain::CaseStatus::closed);
  if (end && !end->empty()) write_case(env_, session, context.caller, closed, *end);
  forget(session, store::Erasure(session).erase_case(value, env_.clock.now()));
  store::SearchTexts(session).forget(store::TextKind::case_, value.id.str());
  store::History(session, env_.seal).shred(value.id.str());
  store::ChangeEntry entry;
  entry.event = "case.erased";
  entry.object_type = "case";
  entry.object_id = value.number();
  entry.case_id = value.id;
  entry.customer_id = value.customer;
  entry.mailboxes = sight_of(session, value);
  announce(env_, session, context.caller, std::move(entry));
  return count;
}

void PrivacyService::forget(db::Session& session, const store::Erasure::Orphans& orphans) {
  for (const auto* names : {&orphans.attachments, &orphans.mails}) {
    for (const std::string& name : *names) {
      env_.blobs.forget_unused(session, name);
      remove_file_later(env_, session, name);
    }
  }
}

Result<Content> PrivacyService::export_all(const domain::Caller& caller,
                                           const std::string& number) {
  Result<void> traced = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    const Result<domain::Customer> customer = find_living_customer(session, number);
    if (!customer) return fail(customer.error());
    announce_customer(env_, session, caller, *customer, "customer.exported", {});
    return {};
  });
  if (!traced) return fail(std::move(traced.error()));
  saw(caller, number, store::Way::export_);
  return export_person(env_, number);
}

Result<LegalHoldDto> PrivacyService::hold(const domain::Caller&, const std::string& number) {
  return env_.database.read([&](db::Session& session) -> Result<LegalHoldDto> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    const std::optional<store::LegalHold> hold = store::LegalHolds(session).of(customer->id);
    if (!hold) return LegalHoldDto();
    return LegalHoldDto{true, hold->reason, hold->agent_name, hold->at};
  });
}

Result<LegalHoldDto> PrivacyService::put_hold(const Context& context, const std::string& number,
                                              const LegalHoldWishDto& wish) {
  if (Result<void> clean = refuse_card_numbers(wish.reason, "/reason"); !clean) {
    return fail(std::move(clean.error()));
  }
  return command(env_, context, [&](db::Session& session) -> Result<LegalHoldDto> {
    const Result<domain::Customer> customer = find_living_customer(session, number);
    if (!customer) return fail(customer.error());
    const store::LegalHold hold{wish.reason, context.caller.name, env_.clock.now()};
    store::LegalHolds(session).put(customer->id, hold);
    announce_customer(env_, session, context.caller, *customer, "customer.held",
                      {{"legal_hold", "", wish.reason}});
    return LegalHoldDto{true, hold.reason, hold.agent_name, hold.at};
  });
}

Result<void> PrivacyService::remove_hold(const Context& context, const std::string& number) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    store::LegalHolds holds(session);
    const std::optional<store::LegalHold> hold = holds.of(customer->id);
    if (!hold) return {};
    holds.remove(customer->id);
    announce_customer(env_, session, context.caller, *customer, "customer.released",
                      {{"legal_hold", hold->reason, ""}});
    return {};
  });
}

Result<void> PrivacyService::keep_list() {
  using Ids = std::vector<std::string>;
  const Result<Ids> erased = env_.database.read([&](db::Session& session) -> Result<Ids> {
    return store::Erasure(session).erased_customers();
  });
  if (!erased) return fail(erased.error());
  std::set<std::string> all = lines_of(list_);
  const std::size_t before = all.size();
  all.insert(erased->begin(), erased->end());
  if (all.size() == before) return {};
  std::string text =
      "# Customers that were erased. Keep this file when a backup is restored: whoever is in it "
      "is\n"
      "# erased again at the next start.\n";
  for (const std::string& id : all) text += id + "\n";
  return store::write_durably(list_, text);
}

jobs::Outcome PrivacyService::clean_up(jobs::Claim& claim) {
  if (const Result<void> kept = keep_list(); !kept) {
    return jobs::Outcome::postpone(kept.error().describe());
  }
  for (int index = 0; index < store::Erasure::kWordIndexes; ++index) {
    for (bool first = true, more = true; more; first = false) {
      if (const Result<void> ours = claim.extend(); !ours) {
        return jobs::Outcome::retry(ours.error().describe());
      }
      const Result<bool> joined =
          env_.database.in_transaction([&](db::Session& session) -> Result<bool> {
            return store::Erasure(session).join_words(index, first) || first;
          });
      if (!joined) return jobs::Outcome::postpone(joined.error().describe());
      more = *joined;
    }
  }
  env_.database.shorten_log();
  return jobs::Outcome::done();
}

Result<void> PrivacyService::erase_again() {
  for (const std::string& id : lines_of(list_)) {
    Result<void> done = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
      const std::optional<domain::Customer> customer =
          store::Customers(session).by_id(domain::CustomerId(id));
      if (!customer || customer->erased_at) return {};
      const Context hub{{{}, "hub"}};
      const Result<Fields> erased = erase_customer(
          session, hub, *customer, "it was erased before the backup was restored", Force::yes);
      if (!erased) return fail(erased.error());
      return {};
    });
    if (!done) return done;
  }
  return keep_list();
}

void PrivacyService::saw(const domain::Caller& caller, const std::string& number, store::Way way) {
  if (caller.agent.empty()) return;
  const TimePoint now = env_.clock.now();
  const std::int64_t hour =
      std::chrono::duration_cast<std::chrono::hours>(now.time_since_epoch()).count();
  eyes_.with([&](Eyes& eyes) {
    if (eyes.hour != hour || eyes.known.size() > kSightingsAtMost) eyes.known.clear();
    eyes.hour = hour;
    const Seen seen{caller.agent.str(), number, way};
    if (!eyes.known.emplace(seen, true).second) return;
    eyes.waiting.push_back({seen, {{}, caller.agent, caller.name, way, now}});
  });
}

Result<void> PrivacyService::write_sightings() {
  auto waiting = eyes_.with([](Eyes& eyes) { return std::exchange(eyes.waiting, {}); });
  if (waiting.empty()) return {};
  Result<void> written = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    for (auto& one : waiting) {
      const Result<domain::Customer> customer = find_customer(session, std::get<1>(one.first));
      if (!customer) continue;
      one.second.customer = customer->id;
      store::Sightings(session).add(one.second);
    }
    return {};
  });
  if (written) return {};
  eyes_.with([&](Eyes& eyes) {
    if (eyes.waiting.size() < kSightingsAtMost) {
      eyes.waiting.insert(eyes.waiting.begin(), waiting.begin(), waiting.end());
    }
  });
  return written;
}

Result<SightingListing> PrivacyService::sightings(
    const std::string& number, const std::optional<std::vector<std::string>>& after, int limit) {
  if (Result<void> written = write_sightings(); !written) return fail(std::move(written.error()));
  std::optional<store::Sightings::Place> place;
  if (after && after->size() == 3) {
    place = {std::strtoll((*after)[0].c_str(), nullptr, 10), (*after)[1], (*after)[2]};
  }
  return env_.database.read([&](db::Session& session) -> Result<SightingListing> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    std::vector<store::Sighting> found = store::Sightings(session).of(customer->id, place, limit);
    SightingListing listing;
    if (found.size() > static_cast<std::size_t>(limit)) {
      found.resize(static_cast<std::size_t>(limit));
      const store::Sightings::Place last = store::Sightings::place_of(found.back());
      listing.next = {std::to_string(last.hour), last.agent, last.way};
    }
    for (const store::Sighting& one : found) {
      listing.items.push_back({one.agent.str(), one.agent_name, one.way, one.at});
    }
    return listing;
  });
}

}  // namespace madoguchi::service
