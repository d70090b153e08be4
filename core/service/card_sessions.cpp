// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/service/card_access.h"
#include "core/service/cards.h"
#include "core/service/customer_access.h"
#include "core/service/unit_of_work.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using domain::CardSession;
using domain::CardSessionState;
using domain::CardVerdict;

constexpr char kExpireJob[] = "card_session.expire";

CardSessionDto dto_of(const CardSession& value, const domain::Caller& caller) {
  CardSessionDto dto;
  dto.id = value.id.str();
  dto.account = value.account;
  dto.device = value.device;
  dto.state = value.state;
  if (!domain::is_over(value.state)) dto.prompt = value.prompt;
  if (value.agent) dto.agent = value.agent->str();
  dto.agent_name = value.agent_name;
  dto.code = value.code;
  if (value.card) dto.card = value.card->str();
  dto.reports = value.reports;
  dto.needs_attention =
      std::any_of(value.reports.begin(), value.reports.end(), [](const auto& one) {
        return one.verdict == CardVerdict::late || one.verdict == CardVerdict::mismatched;
      });
  dto.created_at = value.created_at;
  dto.expires_at = value.expires_at;
  dto.ended_at = value.ended_at;
  dto.version = value.version;
  dto.allowed_actions = domain::allowed_actions(value, caller);
  return dto;
}

/// As it is now: nobody waits for one whose time is over, even if no job has said so yet.
CardSessionDto dto_now(CardSession value, const Clock& clock, const domain::Caller& caller) {
  (void)domain::run_out(value, clock.now());
  return dto_of(value, caller);
}

Error no_such_session() {
  return Error::not_found({"There is no such card session.", "そのカード登録はありません。"});
}

Result<CardSession> session_of(db::Session& session, const domain::Customer& customer,
                               const std::string& id) {
  std::optional<CardSession> value = store::CardSessions(session).by_id(domain::CardSessionId(id));
  if (!value || value->customer != customer.id) return fail(no_such_session());
  return std::move(*value);
}

void announce_session(const Environment& env, db::Session& session, const domain::Caller& caller,
                      const CardSession& value, const domain::Change& change) {
  if (change.empty()) return;
  announce_below_customer(env, session, caller, value.customer, change.event.c_str(),
                          "card_session", value.id.str(), change.fields);
}

void save(const Environment& env, db::Session& session, const domain::Caller& caller,
          CardSession& value, const domain::Change& change) {
  if (!store::CardSessions(session).update(value)) {
    throw db::Failure(db::FailureKind::serialization, "the card session changed meanwhile");
  }
  announce_session(env, session, caller, value, change);
  if (value.state == CardSessionState::unknown) {
    ask_gateway(env, session, value.account, kReconcileCardSessionJob, value.id.str(),
                value.version);
  }
}

Error no_gateway() {
  return Error::conflict(
      "no-card-gateway",
      {"No payment service that registers cards is connected. An administrator connects one.",
       "カードを登録できる決済サービスが接続されていません。管理者が接続する必要があります。"});
}

Error device_busy() {
  return Error::conflict("card-device-busy", {"Somebody is registering a card at that device.",
                                              "この端末では別のカードを登録中です。"});
}

Result<store::CardGateway> gateway_of(db::Session& session, const CardSessionCreateDto& wish) {
  const std::vector<store::CardGateway> gateways = store::CardSessions(session).gateways();
  if (gateways.empty()) return fail(no_gateway());
  const auto found = std::find_if(gateways.begin(), gateways.end(),
                                  [&](const auto& one) { return one.account == wish.account; });
  if (found == gateways.end()) {
    return fail(
        Error::invalid("/account", {"No connected account of that name registers cards.",
                                    "カードを登録できる接続済みアカウントではありません。"}));
  }
  if (found->needs_device && text::one_line(wish.device).empty()) {
    return fail(Error::invalid("/device", {"Say at which device the card is entered.",
                                           "カードを入力する端末を指定してください。"}));
  }
  return *found;
}

/// The customer gets the card, or it is taken back.
void settle_card(const Environment& env, db::Session& session, CardSession& value,
                 const domain::CardReport& report, CardVerdict verdict) {
  if (report.outcome != domain::CardOutcome::succeeded || !report.card) return;
  if (verdict == CardVerdict::applied) {
    value.card =
        keep_card(env, session, {}, value.customer, value.account, *report.card, value.id).id;
  } else if (verdict == CardVerdict::late) {
    take_back_card(env, session, value.customer, value.account, *report.card, value.id);
  }
}

Result<void> expire(const Environment& env, db::Session& session, const std::string& id) {
  std::optional<CardSession> value = store::CardSessions(session).by_id(domain::CardSessionId(id));
  if (!value) return {};
  const bool armed = value->state == CardSessionState::waiting;
  const domain::Change change = domain::run_out(*value, env.clock.now());
  if (change.empty()) return {};
  save(env, session, {}, *value, change);
  if (armed) {
    ask_gateway(env, session, value->account, kCancelCardSessionJob, id, value->version);
  }
  return {};
}

}  // namespace

std::vector<CardSessionDto> card_sessions_of(const Environment& env, db::Session& session,
                                             const domain::Caller& caller,
                                             const domain::CustomerId& customer, int limit) {
  std::vector<CardSessionDto> dtos;
  for (CardSession& one : store::CardSessions(session).of(customer, "", limit)) {
    dtos.push_back(dto_now(std::move(one), env.clock, caller));
  }
  return dtos;
}

Result<CardSessionDto> CardSessionService::begin(const Context& context, const std::string& number,
                                                 const CardSessionCreateDto& wish) {
  CardSession made;
  made.id = env_.ids.make<domain::CardSessionId>();
  made.account = wish.account;
  made.device = text::one_line(wish.device);
  if (!context.caller.agent.empty()) made.agent = context.caller.agent;
  made.agent_name = context.caller.name;
  made.created_at = env_.clock.now();
  made.modified_at = made.created_at;
  return command(env_, context, [&](db::Session& session) -> Result<CardSessionDto> {
    const Result<domain::Customer> customer = customer_to_change(env_, session, context, number);
    if (!customer) return fail(customer.error());
    const Result<store::CardGateway> gateway = gateway_of(session, wish);
    if (!gateway) return fail(gateway.error());
    CardSession value = made;
    value.customer = customer->id;
    value.customer_number = customer->number();
    value.expires_at = value.created_at + gateway->patience;
    if (!store::CardSessions(session).insert(value)) return fail(device_busy());
    announce_session(
        env_, session, context.caller, value,
        {"card_session.begun", {{"account", "", value.account}, {"device", "", value.device}}});
    ask_gateway(env_, session, value.account, kBeginCardSessionJob, value.id.str(), value.version);
    env_.queue.put(session, {kExpireJob, std::string(kExpireJob) + ":" + value.id.str(),
                             value.id.str(), value.expires_at});
    return dto_of(value, context.caller);
  });
}

Result<CardSessionListing> CardSessionService::list(
    const domain::Caller& caller, const std::string& number,
    const std::optional<std::vector<std::string>>& after, int limit) {
  const std::string before = after && !after->empty() ? after->front() : "";
  return env_.database.read([&](db::Session& session) -> Result<CardSessionListing> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    CardSessionListing listing;
    for (CardSession& one : store::CardSessions(session).of(customer->id, before, limit + 1)) {
      if (listing.items.size() == static_cast<std::size_t>(limit)) {
        listing.next = {listing.items.back().id};
        break;
      }
      listing.items.push_back(dto_now(std::move(one), env_.clock, caller));
    }
    return listing;
  });
}

Result<CardSessionDto> CardSessionService::get(const domain::Caller& caller,
                                               const std::string& number, const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<CardSessionDto> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    Result<CardSession> value = session_of(session, *customer, id);
    if (!value) return fail(std::move(value.error()));
    return dto_now(std::move(*value), env_.clock, caller);
  });
}

Result<CardSessionDto> CardSessionService::cancel(const Context& context, const std::string& number,
                                                  const std::string& id) {
  return command(env_, context, [&](db::Session& session) -> Result<CardSessionDto> {
    const Result<domain::Customer> customer = customer_to_change(env_, session, context, number);
    if (!customer) return fail(customer.error());
    Result<CardSession> value = session_of(session, *customer, id);
    if (!value) return fail(std::move(value.error()));
    if (context.if_match && *context.if_match != value->version) {
      return fail(
          Error::stale().with_member("current", json::to_string(dto_of(*value, context.caller))));
    }
    const bool armed = value->state == CardSessionState::waiting;
    const Result<domain::Change> change = domain::cancel(*value, env_.clock.now());
    if (!change) return fail(change.error());
    save(env_, session, context.caller, *value, *change);
    if (armed) {
      ask_gateway(env_, session, value->account, kCancelCardSessionJob, id, value->version);
    }
    return dto_of(*value, context.caller);
  });
}

Result<void> CardSessionService::connect(const store::CardGateway& gateway) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::CardSessions(session).put_gateway(gateway);
    return {};
  });
}

Result<void> CardSessionService::disconnect(const std::string& account) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::CardSessions(session).remove_gateway(account);
    return {};
  });
}

Result<CardSessionState> CardSessionService::armed(const domain::CardSessionId& id,
                                                   const std::string& vendor_ref,
                                                   const domain::CardPrompt& prompt) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<CardSessionState> {
    std::optional<CardSession> value = store::CardSessions(session).by_id(id);
    if (!value) return fail(no_such_session());
    const domain::Change change = domain::arm(*value, vendor_ref, prompt, env_.clock.now());
    if (!change.empty()) save(env_, session, {}, *value, change);
    return value->state;
  });
}

Result<CardVerdict> CardSessionService::report(const std::string& account,
                                               const std::string& vendor_ref,
                                               const domain::CardReport& report) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<CardVerdict> {
    std::optional<CardSession> value =
        store::CardSessions(session).by_vendor_ref(account, vendor_ref);
    if (!value) return fail(no_such_session());
    const bool known =
        report.card && store::Cards(session, env_.keys).is_known(*value, report.card->token);
    const domain::CardReportTaken taken = domain::take(*value, report, known, env_.clock.now());
    settle_card(env_, session, *value, report, taken.verdict);
    save(env_, session, {}, *value, taken.change);
    return taken.verdict;
  });
}

jobs::JobKind CardSessionService::job_kind() {
  jobs::JobKind kind;
  kind.name = kExpireJob;
  kind.run = [this](const jobs::Job& job, jobs::Claim& claim) {
    const Result<void> done =
        env_.database.in_transaction([&](db::Session& session) -> Result<void> {
          if (Result<void> ended = expire(env_, session, job.payload); !ended) return ended;
          return claim.done(session);
        });
    return done ? jobs::Outcome::done() : jobs::Outcome::retry(done.error().describe());
  };
  return kind;
}

}  // namespace madoguchi::service
