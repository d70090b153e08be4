// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/oauth.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/mail_intake/curl.h"
#include "connectors/mail_intake/line.h"
#include "core/connector/http_call.h"
#include "core/crypto/digest.h"
#include "core/json/json.h"

namespace madoguchi::json {

using connectors::mail_intake::TokenAnswer;

template <>
struct Table<TokenAnswer> {
  static constexpr const char* name = "TokenAnswer";
  static const Fields& fields() {
    static const Fields table = json::fields<TokenAnswer>(
        field("access_token", &TokenAnswer::access_token, "").optional(),
        field("expires_in", &TokenAnswer::expires_in, "").optional(),
        field("refresh_token", &TokenAnswer::refresh_token, "").optional(),
        field("error", &TokenAnswer::error, "").optional(),
        field("error_description", &TokenAnswer::error_description, "").optional());
    return table;
  }
};

}  // namespace madoguchi::json

namespace madoguchi::connectors::mail_intake {
namespace {

using connector::CallOptions;

constexpr std::chrono::seconds kLongestWait{30};
constexpr std::chrono::seconds kReserve{60};
constexpr std::int64_t kUsualLife = 3600;  // RFC 6749 lets a server not tell

}  // namespace

std::optional<TokenAnswer> parse_token_answer(const std::string& body) {
  Result<TokenAnswer> answer = json::read<TokenAnswer>(body, {16, true});
  return answer ? std::optional(std::move(*answer)) : std::nullopt;
}

Result<Secret> Tokens::access(const CallOptions& call) {
  if (!options_.oauth) return Secret{};
  return state_.with([&](State& state) -> Result<Secret> {
    if (!state.access.empty() && clock_.steady_now() + kReserve < state.access_until) {
      return state.access;
    }
    return buy(state, call);
  });
}

void Tokens::forget_access() {
  state_.with([](State& state) { state.access = Secret{}; });
}

Result<Secret> Tokens::buy(State& state, const CallOptions& call) {
  const OAuth& oauth = *options_.oauth;
  const Secret& refresh = state.refresh.empty() ? oauth.refresh_token : state.refresh;
  net::Fields form = {{"grant_type", "refresh_token"}};
  for (const auto& [name, value] : {std::pair{"client_id", &oauth.client_id},
                                    {"client_secret", &oauth.client_secret.reveal()},
                                    {"refresh_token", &refresh.reveal()},
                                    {"scope", &oauth.scope}}) {
    if (!value->empty()) form.emplace_back(name, *value);
  }
  const Result<net::Url> url = net::Url::parse(oauth.token_url);
  if (!url) return fail(Error::unauthenticated("the token server's URL is none"));
  net::HttpRequest request = connector::http_call(call, "POST", *url);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = net::form_encoded(form);
  request.deadline = std::min(call.deadline, clock_.steady_now() + kLongestWait);
  request.ca_file = options_.ca_file;
  const net::HttpResult said = http_.send(request);
  if (!said) return fail(trouble("no answer from the token server: " + said.error().detail));
  const int status = said->status;
  std::optional<TokenAnswer> answer = parse_token_answer(said->body);
  if (status != 200 || !answer || answer->access_token.empty()) {
    const std::string words =
        answer ? presentable(answer->error + " " + answer->error_description) : "";
    const std::string what =
        fmt::format("the token server answers {}: {}", status, words.empty() ? "nothing" : words);
    // 4xx: the refresh token or the client is no longer good; a person has to consent again.
    return fail(status >= 400 && status < 500 ? Error::unauthenticated(what) : trouble(what));
  }
  const auto life = std::chrono::seconds(std::clamp<std::int64_t>(
      answer->expires_in == 0 ? kUsualLife : answer->expires_in, 0, 86400));
  if (!answer->refresh_token.empty()) state.refresh = Secret(std::move(answer->refresh_token));
  state.access = Secret(std::move(answer->access_token));
  state.access_until = clock_.steady_now() + life;
  return state.access;
}

std::string Tokens::configured_digest() const {
  return crypto::to_hex(crypto::sha256(options_.oauth->refresh_token.reveal()));
}

void Tokens::restore(const TokenCursor& kept) {
  if (!options_.oauth || kept.token.empty() || kept.instead_of != configured_digest()) return;
  state_.with([&](State& state) {
    if (state.refresh.empty()) state.refresh = Secret(kept.token);
  });
}

TokenCursor Tokens::kept() const {
  if (!options_.oauth) return {};
  const Secret refresh = state_.with([](const State& state) { return state.refresh; });
  if (refresh.empty() || refresh.reveal() == options_.oauth->refresh_token.reveal()) return {};
  return {configured_digest(), refresh.reveal()};
}

}  // namespace madoguchi::connectors::mail_intake
