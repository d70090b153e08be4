// SPDX-License-Identifier: Apache-2.0
#include "core/service/unit_of_work.h"

#include "core/text/card_number.h"

namespace madoguchi::service {

Result<void> record_effect(db::Session& session, const Context& context, std::string effect,
                           std::optional<std::int64_t> version) {
  // Without a status the answer tells a secret once: only that there was one is kept.
  const bool tells_secret = context.claim->status == 0;
  std::string headers = "Content-Type: application/json\n";
  if (version) headers += "ETag: \"" + std::to_string(*version) + "\"\n";
  if (store::Idempotency(session).record_effect(
          context.claim->key, context.claim->owner,
          {context.claim->status, headers, tells_secret ? std::string() : std::move(effect)})) {
    return {};
  }
  return fail(Error::conflict(
      "idempotency-lost", {"Another process is working on the same request. Ask again.",
                           "同じ要求を別のプロセスが処理しています。もう一度お試しください。"}));
}

void announce(const Environment& env, db::Session& session, const domain::Caller& caller,
              store::ChangeEntry entry) {
  entry.at = env.clock.now();
  if (!caller.agent.empty()) entry.actor = caller.agent;
  entry.actor_name = caller.name;
  store::History(session, env.seal).append(entry);
  Feed& feed = env.feed;
  session.after_commit([&feed] { feed.notify(); });
}

Error card_number_detected(const std::string& pointer) {
  Error error = Error::invalid(
      pointer,
      {"This holds a card number. Card numbers must never be written here; use the keypad.",
       "カード番号が含まれています。カード番号は入力できません。テンキーパッドを使ってください。"});
  error.type = "pan-detected";
  return error;
}

Result<void> refuse_card_numbers(std::string_view text, const std::string& pointer) {
  if (text::card_number_masks(text).empty()) return {};
  return fail(card_number_detected(pointer));
}

}  // namespace madoguchi::service
