// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/gates.h"

#include "daemon/api/browser.h"

namespace madoguchi::api {
namespace {

using service::IdempotencyService;

std::string name_of(const IdempotencyKey& key) {
  return IdempotencyService::key_of(key.caller, key.method, key.path, key.key);
}

/// What belongs to this one answer only is left out and made anew at each replay.
bool is_kept(std::string_view name) { return name != "X-Request-Id"; }

http::Response response_of(const service::KeptAnswer& kept) {
  http::Response response;
  response.status = kept.status;
  response.body = kept.body;
  for (std::string_view rest = kept.headers; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos) {
      response.headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return response;
}

}  // namespace

Result<service::SignedIn> CallerGate::authenticate(const http::Request& request, bool takes_raw) {
  constexpr std::string_view kScheme = "bearer ";
  const std::optional<std::string_view> header = request.headers.find("Authorization");
  if (!header) {
    const std::optional<std::string_view> text = cookie_of(request, kSessionCookie);
    if (!text) return fail(Error::unauthenticated("neither a token nor a session"));
    Result<service::SignedIn> who = sessions_.authenticate(*text);
    if (!who) return who;
    const Result<void> ours = check_browser(request, takes_raw, public_url_, *who);
    if (!ours) return fail(ours.error());
    return who;
  }
  if (header->size() <= kScheme.size()) return fail(Error::unauthenticated("not a bearer token"));
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = (*header)[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[i]) {
      return fail(Error::unauthenticated("not a bearer token"));
    }
  }
  return tokens_.authenticate(header->substr(kScheme.size()));
}

Result<StoredIdempotency::Claim> StoredIdempotency::begin(const IdempotencyKey& key,
                                                          std::string_view query,
                                                          std::string_view body) {
  std::string request(query);
  request += '\n';
  request += body;
  Result<IdempotencyService::Claim> claim = kept_.begin(name_of(key), request);
  if (!claim) return fail(std::move(claim.error()));
  switch (claim->state) {
    case IdempotencyService::Claim::State::fresh:
      return Claim{Claim::State::fresh, {}};
    case IdempotencyService::Claim::State::replay:
      return Claim{Claim::State::replay, response_of(claim->answer)};
    case IdempotencyService::Claim::State::other_body:
      return Claim{Claim::State::other_body, {}};
    case IdempotencyService::Claim::State::running:
      break;
  }
  return Claim{Claim::State::running, {}};
}

Result<void> StoredIdempotency::keep(const IdempotencyKey& key, const http::Response& answer) {
  service::KeptAnswer kept{answer.status, "", answer.body};
  for (const auto& header : answer.headers.all()) {
    if (is_kept(header.first)) kept.headers += header.first + ": " + header.second + "\n";
  }
  return kept_.keep(name_of(key), kept);
}

Result<void> StoredIdempotency::release(const IdempotencyKey& key) {
  return kept_.release(name_of(key));
}

}  // namespace madoguchi::api
