// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "core/json/json.h"
#include "core/service/environment.h"
#include "core/service/feed.h"
#include "core/store/changes.h"
#include "core/store/idempotency.h"

namespace madoguchi::service {

/// Records the effect of a request under its Idempotency-Key; conflict when another process has
/// taken the key over meanwhile, which rolls everything back.
[[nodiscard]] Result<void> record_effect(db::Session& session, const Context& context,
                                         std::string effect, std::optional<std::int64_t> version);

/// Runs a command of `context` in one transaction: `work(session) -> Result<Dto>`. With an
/// Idempotency-Key the result is recorded in the same transaction.
template <class F>
auto command(const Environment& env, const Context& context, F&& work) {
  using Answer = std::invoke_result_t<F&, db::Session&>;
  return env.database.in_transaction([&](db::Session& session) -> Answer {
    Answer answer = work(session);
    if (answer && context.claim) {
      std::optional<std::int64_t> version;
      if constexpr (requires { answer->version; }) version = answer->version;
      Result<void> recorded = record_effect(
          session, context, json::to_string(*answer, context.caller.hides()), version);
      if (!recorded) return fail(std::move(recorded.error()));
    }
    return answer;
  });
}

/// Appends to the change feed, in the transaction of the change, and wakes the feed's readers after
/// the commit. Time and actor are filled in from `caller`.
void announce(const Environment& env, db::Session& session, const domain::Caller& caller,
              store::ChangeEntry entry);

/// Refuses text that holds a card number: 422 "pan-detected", the value not echoed (S7).
[[nodiscard]] Result<void> refuse_card_numbers(std::string_view text, const std::string& pointer);
/// The problem itself, where something else than a text holds one.
[[nodiscard]] Error card_number_detected(const std::string& pointer);

}  // namespace madoguchi::service
