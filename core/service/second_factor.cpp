// SPDX-License-Identifier: Apache-2.0
#include "core/service/second_factor.h"

#include <array>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/crypto/one_time_code.h"
#include "core/crypto/random.h"
#include "core/service/directory.h"
#include "core/service/rights.h"
#include "core/service/unit_of_work.h"
#include "core/store/second_factors.h"
#include "core/store/sessions.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kSecretBytes = 20;
constexpr int kRecoveryCodes = 10;
constexpr std::size_t kRecoveryBytes = 10;  // 16 letters
constexpr std::size_t kDigits = 6;
constexpr std::int64_t kStepsBeside = 1;

std::string aad_of(const domain::AgentId& agent) {
  return "second_factors|secret|" + agent.str() + "|1";
}

Result<void> by_session_only(const SignedIn& who) {
  if (!who.session.empty()) return {};
  return fail(Error::forbidden({"Sign in with a browser to do this.",
                                "この操作はブラウザーでサインインして行ってください。"}));
}

Error wrong_code() {
  Error error = Error::unauthenticated("wrong code");
  error.type = "wrong-code";
  error.message = {"This code is wrong, was used already or its time is over.",
                   "コードが違うか、使用済みか、有効時間を過ぎています。"};
  return error;
}

Error wrong_code_in_body() { return Error::invalid("/code", wrong_code().message); }

/// Letters and digits of a code however it was typed.
std::string typed(std::string_view code) {
  std::string out;
  for (const char c : code) {
    if (c == ' ' || c == '-') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::string random_octets(std::size_t size) {
  std::string octets(size, '\0');
  crypto::random_bytes({reinterpret_cast<std::uint8_t*>(octets.data()), octets.size()});
  return octets;
}

std::string throttle_name(const SignedIn& who) { return "code\n" + who.caller.name; }

}  // namespace

void SecondFactorService::announce_factor(db::Session& session, const domain::Caller& caller,
                                          const domain::AgentId& agent, const char* event) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "agent";
  entry.object_id = agent.str();
  announce(env_, session, caller, std::move(entry));
}

Result<SecondFactorDto> SecondFactorService::state(const SignedIn& who) {
  return env_.database.read([&](db::Session& session) -> Result<SecondFactorDto> {
    store::SecondFactors factors(session);
    const std::optional<store::SecondFactor> factor = factors.of(who.caller.agent);
    SecondFactorDto dto;
    dto.enabled = factor && factor->confirmed_at;
    dto.required = sessions_.demands_second_factor(who.caller);
    dto.recovery_codes_left = factors.codes_left(who.caller.agent);
    return dto;
  });
}

Result<SecondFactorStartDto> SecondFactorService::begin(const SignedIn& who) {
  if (Result<void> may = by_session_only(who); !may) return fail(std::move(may.error()));
  const Secret secret(random_octets(kSecretBytes));
  const std::string sealed = env_.keys.seal(secret.reveal(), aad_of(who.caller.agent));
  return env_.database.in_transaction([&](db::Session& session) -> Result<SecondFactorStartDto> {
    store::SecondFactors factors(session);
    const std::optional<store::SecondFactor> known = factors.of(who.caller.agent);
    if (known && known->confirmed_at) {
      return fail(Error::conflict(
          "second-factor-in-use",
          {"There is a second factor already; remove it first.",
           "二段階認証はすでに有効です。変更するには、いったん解除してください。"}));
    }
    factors.begin(who.caller.agent, sealed, env_.clock.now());
    return SecondFactorStartDto{crypto::to_base32(secret.reveal()),
                                crypto::totp_uri(secret, "Madoguchi", who.caller.name)};
  });
}

Result<bool> SecondFactorService::is_right(db::Session& session, const domain::AgentId& agent,
                                           const std::string& code) {
  store::SecondFactors factors(session);
  const std::optional<store::SecondFactor> factor = factors.of(agent);
  if (!factor) return false;
  const std::string text = typed(code);
  if (text.size() != kDigits) {
    return factors.use_code(agent, crypto::to_hex(crypto::sha256(text)));
  }
  Result<std::string> opened = env_.keys.open(factor->sealed, aad_of(agent));
  if (!opened) return fail(std::move(opened.error()));
  const Secret secret(std::move(*opened));
  const std::int64_t now = crypto::totp_step(env_.clock.now());
  for (std::int64_t step = now - kStepsBeside; step <= now + kStepsBeside; ++step) {
    if (crypto::equal_in_constant_time(crypto::totp_code(secret, step), text)) {
      return factors.use_step(agent, step);  // false: it was used before
    }
  }
  return false;
}

Result<bool> SecondFactorService::check(db::Session& session, const domain::AgentId& agent,
                                        const std::optional<std::string>& code) {
  const std::optional<store::SecondFactor> factor = store::SecondFactors(session).of(agent);
  if (!factor || !factor->confirmed_at) return false;
  if (!code) {
    Error error = Error::unauthenticated("the code is missing");
    error.type = "second-factor-required";
    error.message = {"Give the code of your authenticator app too.",
                     "認証アプリのコードも入力してください。"};
    return fail(std::move(error));
  }
  const Result<bool> right = is_right(session, agent, *code);
  if (!right) return fail(right.error());
  if (!*right) return fail(wrong_code());
  return true;
}

std::vector<std::string> SecondFactorService::make_codes(db::Session& session,
                                                         const domain::AgentId& agent) {
  store::SecondFactors factors(session);
  factors.remove_codes(agent);
  std::vector<std::string> codes;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    std::string code = crypto::to_base32(random_octets(kRecoveryBytes));
    factors.add_code(agent, crypto::to_hex(crypto::sha256(code)));
    for (std::size_t at = 12; at > 0; at -= 4) code.insert(at, "-");
    codes.push_back(std::move(code));
  }
  return codes;
}

Result<SecondFactorService::Confirmed> SecondFactorService::confirm(const SignedIn& who,
                                                                    const CodeDto& wish,
                                                                    const Visitor& visitor) {
  if (Result<void> may = by_session_only(who); !may) return fail(std::move(may.error()));
  const domain::AgentId& agent = who.caller.agent;
  if (Result<void> begun = throttle_.begin(throttle_name(who), visitor.peer); !begun) {
    return fail(std::move(begun.error()));
  }
  return env_.database.in_transaction([&](db::Session& session) -> Result<Confirmed> {
    store::SecondFactors factors(session);
    const std::optional<store::SecondFactor> factor = factors.of(agent);
    if (!factor || factor->confirmed_at) {
      return fail(Error::conflict("no-second-factor-begun",
                                  {"POST /me/second-factor comes first.",
                                   "先に POST /me/second-factor で登録を開始してください。"}));
    }
    const Result<bool> right = is_right(session, agent, wish.code);
    if (!right) return fail(right.error());
    if (!*right) return fail(wrong_code_in_body());
    throttle_.succeeded(session, throttle_name(who), visitor.peer);
    factors.confirm(agent, env_.clock.now());
    announce_factor(session, who.caller, agent, "agent.second_factor_added");
    Result<NewSession> renewed = sessions_.renew(session, who, true);
    if (!renewed) return fail(std::move(renewed.error()));
    return Confirmed{{make_codes(session, agent), std::nullopt}, std::move(*renewed)};
  });
}

Result<RecoveryCodesDto> SecondFactorService::renew_codes(const SignedIn& who, const CodeDto& wish,
                                                          const Visitor& visitor) {
  if (Result<void> may = by_session_only(who); !may) return fail(std::move(may.error()));
  if (Result<void> begun = throttle_.begin(throttle_name(who), visitor.peer); !begun) {
    return fail(std::move(begun.error()));
  }
  return env_.database.in_transaction([&](db::Session& session) -> Result<RecoveryCodesDto> {
    const Result<bool> right = is_right(session, who.caller.agent, wish.code);
    if (!right) return fail(right.error());
    if (!*right) return fail(wrong_code_in_body());
    throttle_.succeeded(session, throttle_name(who), visitor.peer);
    announce_factor(session, who.caller, who.caller.agent, "agent.recovery_codes_made");
    return RecoveryCodesDto{make_codes(session, who.caller.agent), std::nullopt};
  });
}

Result<void> SecondFactorService::remove(const SignedIn& who, const CodeDto& wish,
                                         const Visitor& visitor) {
  if (Result<void> may = by_session_only(who); !may) return may;
  if (sessions_.demands_second_factor(who.caller)) {
    return fail(Error::forbidden(
        {"Your role has to have a second factor.", "このロールでは二段階認証を解除できません。"}));
  }
  if (Result<void> begun = throttle_.begin(throttle_name(who), visitor.peer); !begun) return begun;
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    const Result<bool> right = is_right(session, who.caller.agent, wish.code);
    if (!right) return fail(right.error());
    if (!*right) return fail(wrong_code_in_body());
    throttle_.succeeded(session, throttle_name(who), visitor.peer);
    store::SecondFactors factors(session);
    factors.remove(who.caller.agent);
    factors.remove_codes(who.caller.agent);
    announce_factor(session, who.caller, who.caller.agent, "agent.second_factor_removed");
    return {};
  });
}

Result<void> SecondFactorService::reset(const Context& context, const std::string& id) {
  const domain::AgentId agent(id);
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  if (const domain::Agent* known = (*directory)->agent(agent)) {
    if (Result<void> may = check_may_give(context.caller, *known, **directory); !may) return may;
  }
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::SecondFactors factors(session);
    if (!factors.of(agent)) {
      return fail(Error::not_found(
          {"That agent has no second factor.", "その担当者に二段階認証はありません。"}));
    }
    factors.remove(agent);
    factors.remove_codes(agent);
    store::Sessions(session).remove_of(agent);
    announce_factor(session, context.caller, agent, "agent.second_factor_removed");
    session.after_commit([&directory = env_.directory] { directory.expire(); });
    return {};
  });
}

}  // namespace madoguchi::service
