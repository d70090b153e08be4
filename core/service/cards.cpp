// SPDX-License-Identifier: Apache-2.0
#include "core/service/cards.h"

#include "core/service/card_access.h"
#include "core/service/customer_access.h"
#include "core/service/unit_of_work.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

/// What a parser of the domain takes `text` for, or a fault at `pointer`.
template <class T>
std::optional<T> parsed(Result<T> value, const char* pointer, std::vector<FieldError>& wrong) {
  if (value) return std::move(*value);
  for (FieldError& one : value.error().fields) wrong.push_back({pointer, std::move(one.message)});
  return std::nullopt;
}

Result<domain::ToldCard> told_of(const ToldCardDto& dto) {
  std::vector<FieldError> wrong;
  domain::ToldCard told;
  if (auto token = parsed(domain::CardToken::parse(dto.token.reveal()), "/token", wrong)) {
    told.token = std::move(*token);
  }
  told.brand = dto.brand;
  if (auto last = parsed(domain::LastDigits::parse(dto.last_digits), "/last_digits", wrong)) {
    told.last_digits = std::move(*last);
  }
  if (dto.expiry) told.expiry = parsed(domain::CardExpiry::parse(*dto.expiry), "/expiry", wrong);
  if (auto holder =
          parsed(domain::CardHolder::parse(text::one_line(dto.holder)), "/holder", wrong)) {
    told.holder = std::move(*holder);
  }
  for (const domain::CardPart part : dto.editable) told.editable.add(part);
  if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
  if (Result<void> clean = refuse_card_numbers(told.token.reveal(), "/token"); !clean) {
    return fail(std::move(clean.error()));
  }
  return told;
}

Result<domain::CardEdit> edit_of(const CardPatchDto& wish) {
  std::vector<FieldError> wrong;
  domain::CardEdit edit;
  if (wish.expiry) edit.expiry = parsed(domain::CardExpiry::parse(*wish.expiry), "/expiry", wrong);
  if (wish.holder) {
    edit.holder = parsed(domain::CardHolder::parse(text::one_line(*wish.holder)), "/holder", wrong);
  }
  if (wish.is_default && !*wish.is_default) {
    wrong.push_back({"/default",
                     {"Make another card the one to use instead.",
                      "代わりに使用するカードを既定に設定してください。"}});
  }
  if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
  return edit;
}

Result<domain::Card> card_of(const Environment& env, db::Session& session,
                             const domain::Customer& customer, const std::string& id) {
  std::optional<domain::Card> card = store::Cards(session, env.keys).by_id(domain::CardId(id));
  if (card && card->customer == customer.id && !card->removed_at) return std::move(*card);
  return fail(Error::not_found({"There is no such card.", "そのカードはありません。"}));
}

/// A card that may be changed now, in the version that the caller had in mind.
Result<domain::Card> card_to_change(const Environment& env, db::Session& session,
                                    const Context& context, const std::string& number,
                                    const std::string& id) {
  const Result<domain::Customer> customer = customer_to_change(env, session, context, number);
  if (!customer) return fail(customer.error());
  Result<domain::Card> card = card_of(env, session, *customer, id);
  if (card && context.if_match && *context.if_match != card->version) {
    return fail(Error::stale().with_member(
        "current", json::to_string(card_dto_of(*card, env.clock, context.caller))));
  }
  return card;
}

}  // namespace

Result<std::vector<CardDto>> CardService::list(const domain::Caller& caller,
                                               const std::string& number) {
  using Dtos = std::vector<CardDto>;
  return env_.database.read([&](db::Session& session) -> Result<Dtos> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    return card_dtos_of(store::Cards(session, env_.keys).of(customer->id), env_.clock, caller);
  });
}

Result<CardDto> CardService::get(const domain::Caller& caller, const std::string& number,
                                 const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<CardDto> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    const Result<domain::Card> card = card_of(env_, session, *customer, id);
    if (!card) return fail(card.error());
    return card_dto_of(*card, env_.clock, caller);
  });
}

Result<CardDto> CardService::keep(const Context& context, const std::string& number,
                                  const ToldCardDto& told) {
  const Result<domain::ToldCard> known = told_of(told);
  if (!known) return fail(known.error());
  const std::string account = text::one_line(told.account);
  return command(env_, context, [&](db::Session& session) -> Result<CardDto> {
    const Result<domain::Customer> customer = customer_to_change(env_, session, context, number);
    if (!customer) return fail(customer.error());
    domain::Card card =
        keep_card(env_, session, context.caller, customer->id, account, *known, std::nullopt);
    if (told.is_default) make_default_card(env_, session, context.caller, card);
    return card_dto_of(card, env_.clock, context.caller);
  });
}

Result<CardDto> CardService::patch(const Context& context, const std::string& number,
                                   const std::string& id, const CardPatchDto& wish) {
  const Result<domain::CardEdit> edit = edit_of(wish);
  if (!edit) return fail(edit.error());
  return command(env_, context, [&](db::Session& session) -> Result<CardDto> {
    Result<domain::Card> card = card_to_change(env_, session, context, number, id);
    if (!card) return fail(std::move(card.error()));
    const Result<domain::Change> change =
        domain::edit(*card, *edit, domain::BusinessDate::of(env_.clock.now()));
    if (!change) return fail(change.error());
    if (!change->empty()) {
      save_card(env_, session, context.caller, *card, *change, kUpdateCardJob);
    }
    if (wish.is_default) make_default_card(env_, session, context.caller, *card);
    return card_dto_of(*card, env_.clock, context.caller);
  });
}

Result<void> CardService::remove(const Context& context, const std::string& number,
                                 const std::string& id) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    Result<domain::Card> card = card_to_change(env_, session, context, number, id);
    if (!card) return fail(std::move(card.error()));
    const std::optional<std::string> order = store::Cards(session, env_.keys).order_to_pay(*card);
    if (order) {
      return fail(Error::conflict("card-in-use",
                                  {"Order " + *order + " is still to be paid by it.",
                                   "受注 " + *order + " の支払いに使用するため削除できません。"}));
    }
    card->removed_at = env_.clock.now();
    domain::Change change{"card.deleted", {{"card", card->name(), ""}}};
    if (card->is_default) change.fields.push_back({"default", "yes", "no"});
    save_card(env_, session, context.caller, *card, change, kRemoveCardJob);
    return {};
  });
}

}  // namespace madoguchi::service
