// SPDX-License-Identifier: Apache-2.0
#include "core/service/id_token.h"

#include <algorithm>
#include <array>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/json/value.h"

namespace madoguchi::service {
namespace {

using crypto::JwsAlgorithm;
using json::Value;

constexpr std::size_t kLongestToken = 32 * 1024;
constexpr std::size_t kMostKeys = 50;
constexpr std::size_t kLongestSubject = 255;
constexpr std::int64_t kSkewSeconds = 60;
/// It was made for this very sign-in.
constexpr std::int64_t kOldestSeconds = 600;

Error not_believed(const char* why) {
  Error error = Error::forbidden({"The provider's answer cannot be believed. Try again.",
                                  "認証の提供元からの応答を確認できませんでした。もう一度お試し"
                                  "ください。"});
  error.type = "provider-not-believed";
  error.detail = why;
  return error;
}

std::string octets_at(const Value& key, const char* name) {
  const auto member = key.find(name);
  if (member == key.end() || !member->is_string()) return {};
  return crypto::from_base64url(member->get<std::string>()).value_or("");
}

std::string text_of(const Value& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

Result<crypto::PublicKey> key_of(const Value& key) {
  const std::string type = text_of(key, "kty");
  if (type == "RSA") return crypto::PublicKey::rsa(octets_at(key, "n"), octets_at(key, "e"));
  if (type == "EC") {
    return crypto::PublicKey::ec(text_of(key, "crv"), octets_at(key, "x"), octets_at(key, "y"));
  }
  if (type == "OKP" && text_of(key, "crv") == "Ed25519") {
    return crypto::PublicKey::ed25519(octets_at(key, "x"));
  }
  return fail(not_believed("an unknown kind of key"));
}

/// Seconds since 1970; a fraction is cut off.
std::optional<std::int64_t> seconds_at(const Value& claims, const char* name) {
  const auto member = claims.find(name);
  if (member == claims.end() || !member->is_number()) return std::nullopt;
  const double seconds = member->get<double>();
  if (!(seconds >= 0 && seconds < 1e11)) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

/// A text, or a list of them.
std::vector<std::string> texts_at(const Value& claims, const std::string& name) {
  std::vector<std::string> texts;
  const auto member = claims.find(name);
  if (member == claims.end()) return texts;
  if (member->is_string()) texts.push_back(member->get<std::string>());
  if (member->is_array()) {
    for (const Value& one : *member) {
      if (one.is_string()) texts.push_back(one.get<std::string>());
    }
  }
  return texts;
}

Result<void> check_signature(const Value& header, std::string_view signed_part,
                             std::string_view signature, const std::vector<ProviderKey>& keys,
                             const IdTokenWish& wish) {
  const std::optional<JwsAlgorithm> algorithm = enum_value<JwsAlgorithm>(text_of(header, "alg"));
  if (!algorithm || wish.algorithms.count(*algorithm) == 0) {
    return fail(not_believed("signed with an algorithm that is not allowed"));
  }
  if (header.contains("crit")) return fail(not_believed("demands an extension"));
  const bool names_one = header.contains("kid");
  const std::string id = text_of(header, "kid");
  bool known = false;
  for (const ProviderKey& key : keys) {
    if (names_one && key.id != id) continue;
    if (key.algorithm && *key.algorithm != *algorithm) continue;
    known = true;
    if (key.key.holds(*algorithm, signed_part, signature)) return {};
  }
  Error error = not_believed(known ? "a wrong signature" : "signed with an unknown key");
  if (!known) error.type = "unknown-key";
  return fail(std::move(error));
}

Result<void> check_audience(const Value& claims, const IdTokenWish& wish) {
  const std::vector<std::string> audience = texts_at(claims, "aud");
  if (std::find(audience.begin(), audience.end(), wish.client_id) == audience.end()) {
    return fail(not_believed("aud: for somebody else"));
  }
  if (audience.size() > 1 && !claims.contains("azp")) {
    return fail(not_believed("azp: missing beside several aud"));
  }
  if (claims.contains("azp") && text_of(claims, "azp") != wish.client_id) {
    return fail(not_believed("azp: somebody else"));
  }
  return {};
}

Result<void> check_times(const Value& claims, TimePoint now) {
  const std::int64_t second = to_micros(now) / 1'000'000;
  const std::optional<std::int64_t> expires = seconds_at(claims, "exp");
  const std::optional<std::int64_t> issued = seconds_at(claims, "iat");
  if (!expires || second >= *expires + kSkewSeconds) return fail(not_believed("exp: over"));
  if (!issued || *issued > second + kSkewSeconds) return fail(not_believed("iat: to come"));
  if (second - *issued > kOldestSeconds) return fail(not_believed("iat: long ago"));
  if (claims.contains("nbf")) {
    const std::optional<std::int64_t> begins = seconds_at(claims, "nbf");
    if (!begins || *begins > second + kSkewSeconds) return fail(not_believed("nbf: not yet"));
  }
  return {};
}

/// Header, claims and signature of a compact JWS; nullopt when it is none.
std::optional<std::array<std::string_view, 3>> parts_of(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return std::array{token.substr(0, first), token.substr(first + 1, second - first - 1),
                    token.substr(second + 1)};
}

Result<Value> object_in(std::string_view part) {
  const Result<std::string> text = crypto::from_base64url(part);
  if (!text) return fail(not_believed("not base64url"));
  Result<Value> value = json::parse(*text, 16);
  if (!value || !value->is_object()) return fail(not_believed("not a JSON object"));
  return value;
}

}  // namespace

Result<std::vector<ProviderKey>> read_provider_keys(std::string_view jwks) {
  const Result<Value> set = json::parse(jwks, 16);
  if (!set || !set->is_object() || !set->contains("keys") || !(*set)["keys"].is_array()) {
    return fail(not_believed("its keys are no key set"));
  }
  std::vector<ProviderKey> keys;
  for (const Value& one : (*set)["keys"]) {
    if (!one.is_object() || keys.size() >= kMostKeys) continue;
    const std::string use = text_of(one, "use");
    if (!use.empty() && use != "sig") continue;
    const std::string named = text_of(one, "alg");
    const std::optional<JwsAlgorithm> algorithm = enum_value<JwsAlgorithm>(named);
    if (!named.empty() && !algorithm) continue;
    Result<crypto::PublicKey> key = key_of(one);
    if (key) keys.push_back({text_of(one, "kid"), algorithm, std::move(*key)});
  }
  return keys;
}

Result<IdClaims> read_id_token(std::string_view token, const std::vector<ProviderKey>& keys,
                               const IdTokenWish& wish, TimePoint now) {
  const auto parts = parts_of(token);
  if (!parts || token.size() > kLongestToken) return fail(not_believed("not a JWT"));
  const Result<Value> header = object_in((*parts)[0]);
  if (!header) return fail(header.error());
  const Result<std::string> signature = crypto::from_base64url((*parts)[2]);
  if (!signature) return fail(not_believed("not base64url"));
  const std::string_view signed_part = token.substr(0, (*parts)[0].size() + 1 + (*parts)[1].size());
  if (Result<void> held = check_signature(*header, signed_part, *signature, keys, wish); !held) {
    return fail(std::move(held.error()));
  }
  const Result<Value> claims = object_in((*parts)[1]);
  if (!claims) return fail(claims.error());
  if (text_of(*claims, "iss") != wish.issuer) return fail(not_believed("iss: another issuer"));
  if (Result<void> good = check_audience(*claims, wish); !good) return fail(good.error());
  if (Result<void> good = check_times(*claims, now); !good) return fail(good.error());
  if (!crypto::equal_in_constant_time(text_of(*claims, "nonce"), wish.nonce)) {
    return fail(not_believed("nonce: of another sign-in"));
  }
  IdClaims said;
  said.subject = text_of(*claims, "sub");
  if (said.subject.empty() || said.subject.size() > kLongestSubject) {
    return fail(not_believed("sub: missing"));
  }
  if (json::boolean_at(*claims, "/email_verified").value_or(false)) {
    said.email = text_of(*claims, "email");
  }
  said.name = text_of(*claims, "name");
  if (!wish.role_claim.empty()) said.role_values = texts_at(*claims, wish.role_claim);
  return said;
}

}  // namespace madoguchi::service
