// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/observe/request_id.h"
#include "core/service/unit_of_work.h"
#include "daemon/api/card_guard.h"
#include "daemon/api/preconditions.h"
#include "daemon/api/problem.h"

namespace madoguchi::api {
namespace {

std::string label_of(const RouteSpec& route) {
  return std::string(http::to_string(route.method)) + " " + route.full_path();
}

/// The peer's, unless it cannot be taken; it stands in answers and logs.
std::string request_id_of(const http::Headers& headers, IdSource& ids) {
  const std::optional<std::string_view> given = headers.find("X-Request-Id");
  const bool clean = given && service::refuse_card_numbers(*given, "").has_value();
  return observe::request_id_or_new(clean ? given : std::nullopt, ids);
}

Error no_such_path() {
  return Error::not_found({"There is nothing at this address.", "この URL には何もありません。"});
}

bool may_use(const RouteSpec& route, const domain::Caller& caller) {
  const auto& further = route.further_permissions;
  return caller.may(route.permission) &&
         std::all_of(further.begin(), further.end(),
                     [&](domain::Permission one) { return caller.may(one); });
}

Error may_not_ask(const std::string& parameter) {
  return Error::forbidden({"Your role does not allow asking by " + parameter + ".",
                           parameter + " で検索する権限がありません。"});
}

bool announces_body(const http::Request& head) {
  const std::optional<std::string_view> length = head.headers.find("Content-Length");
  return head.headers.find("Transfer-Encoding").has_value() || (length && *length != "0");
}

Text title_of_refusal(int status) {
  switch (status) {
    case 400:
      return {"Malformed request", "リクエストの形式が正しくありません"};
    case 405:
      return {"Method not allowed", "使えないメソッドです"};
    case 408:
      return {"Request took too long", "リクエストが時間内に届きませんでした"};
    case 413:
      return {"Too large", "大きすぎます"};
    case 414:
      return {"Address too long", "URL が長すぎます"};
    case 431:
      return {"Headers too large", "ヘッダーが大きすぎます"};
    case 501:
      return {"Not implemented", "対応していません"};
    case 503:
      return {"Not available right now", "現在利用できません"};
    case 505:
      return {"HTTP version not supported", "対応していない HTTP バージョンです"};
    default:
      return {"Refused", "受け付けられません"};
  }
}

const char* type_of_refusal(int status) {
  switch (status) {
    case 408:
      return "timeout";
    case 413:
      return "too-large";
    case 414:
      return "address-too-long";
    case 431:
      return "headers-too-large";
    case 501:
      return "not-implemented";
    case 503:
      return "unavailable";
    case 505:
      return "version-not-supported";
    default:
      return "malformed";
  }
}

}  // namespace

Dispatcher::Dispatcher(const RouteTable& table, Needs needs)
    : needs_(needs),
      router_(table),
      instruments_(needs.metrics),
      no_route_(instruments_.meter("none")),
      context_{needs.log, needs.clock, needs.idempotency} {
  meters_.reserve(table.all().size());
  for (const auto& route : table.all()) meters_.push_back(instruments_.meter(label_of(*route)));
}

std::variant<http::Admission, http::Response> Dispatcher::admit(const http::Request& head) {
  const auto answer = [&](const Error& error) {
    const std::string id = request_id_of(head.headers, needs_.ids);
    http::Response response =
        problem(error, preferred_language(head.headers.find("Accept-Language")), id);
    add_standard_headers(response.headers, id, head.secure);
    no_route_->record(response.status, std::chrono::duration<double>(0));
    return response;
  };
  const Result<Router::Match> match = router_.find(head.method, head.path());
  // What is wrong with the path is answered by handle(), which needs no body for it.
  if (match && match->route == nullptr && !match->allow.empty()) {
    return http::Admission{kMaxJsonBody};  // read and thrown away, so that 405 can be heard
  }
  if (!match || match->route == nullptr) {
    if (announces_body(head)) return answer(match ? no_such_path() : match.error());
    return http::Admission{0};
  }
  const bool stranger = !head.headers.find("Authorization") && !head.headers.find("Cookie");
  if (stranger && match->route->access != RouteSpec::Access::open && announces_body(head)) {
    return answer(Error::unauthenticated());
  }
  if (!match->route->admits) return http::Admission{match->route->max_body};
  const Result<std::size_t> limit = match->route->admits(head, match->values);
  if (!limit) return answer(limit.error());
  return http::Admission{std::min(*limit, match->route->max_body)};
}

http::Response Dispatcher::refuse(int status, const std::string& reason) {
  const std::string id = needs_.ids.next();
  Error error;
  error.type = type_of_refusal(status);
  error.message = {reason, title_of_refusal(status).ja + "。"};
  http::Response response = problem(status, title_of_refusal(status), error, Language::en, id);
  add_standard_headers(response.headers, id, false);
  no_route_->record(status, std::chrono::duration<double>(0));
  return response;
}

void Dispatcher::handle(http::Request request, std::unique_ptr<http::Responder> responder) {
  std::string id = request_id_of(request.headers, needs_.ids);
  Owned exchange = std::make_unique<Exchange>(context_, request, std::move(id), *no_route_,
                                              std::move(responder));
  try {
    serve(std::move(request), exchange);
  } catch (const std::exception& thrown) {
    // Without an exchange the handler has taken the duty to answer along.
    if (exchange) exchange->finish(fail(Error::internal(thrown.what())));
  }
}

void Dispatcher::serve(http::Request request, Owned& exchange) {
  Result<Router::Match> match = router_.find(request.method, request.path());
  if (!match) return exchange->finish(fail(std::move(match.error())));
  if (match->route == nullptr) return refuse_path(request, std::move(*match), *exchange);
  const RouteSpec& route = *match->route;
  exchange->set_meter(*meters_[match->index]);

  Call::Parts parts;
  parts.route = &route;
  parts.path_values = std::move(match->values);
  parts.request_id = exchange->request_id();
  parts.language = exchange->language();
  parts.request = std::move(request);
  if (parts.request.body && parts.request.body->view().size() > route.max_body) {
    return exchange->finish(
        fail(Error::too_large({fmt::format("The body is over {} bytes.", route.max_body),
                               fmt::format("本文が {} バイトを超えています。", route.max_body)})));
  }
  if (Result<void> allowed = authorize(parts, *exchange); !allowed) {
    return exchange->finish(fail(std::move(allowed.error())));
  }
  Result<std::optional<http::Response>> before = claim(parts, *exchange);
  if (!before) return exchange->finish(fail(std::move(before.error())));
  if (*before) return exchange->finish_with(std::move(**before), "replayed");
  if (Result<void> sound = check(parts); !sound) {
    return exchange->finish(fail(std::move(sound.error())));
  }
  Call call(std::move(parts));
  if (route.deferred_handler)
    return route.deferred_handler(std::move(call), Answer(std::move(exchange)));
  exchange->finish(route.handler(call));
}

void Dispatcher::refuse_path(const http::Request& request, Router::Match match,
                             Exchange& exchange) const {
  if (match.allow.empty()) return exchange.finish(fail(no_such_path()));
  if (request.method == http::Method::options) {
    http::Response response;
    response.status = 204;
    response.headers.add("Allow", std::move(match.allow));
    return exchange.finish_with(std::move(response), {});
  }
  Error error;
  error.type = "method-not-allowed";
  error.message = {"This address takes " + match.allow + ".",
                   "この URL で使えるメソッドは " + match.allow + " です。"};
  http::Response response =
      problem(405, title_of_refusal(405), error, exchange.language(), exchange.request_id());
  response.headers.add("Allow", std::move(match.allow));
  exchange.finish_with(std::move(response), error.type);
}

Result<void> Dispatcher::authorize(Call::Parts& parts, Exchange& exchange) const {
  const RouteSpec& route = *parts.route;
  if (route.access == RouteSpec::Access::open) return {};
  Result<service::SignedIn> signed_in =
      needs_.authenticator.authenticate(parts.request, route.takes_raw());
  if (!signed_in) return fail(std::move(signed_in.error()));
  const domain::Caller& caller = signed_in->caller;
  exchange.set_caller(caller);
  if (signed_in->enrolling && !route.while_enrolling) {
    Error error = Error::forbidden({"Your role has to have a second factor: add one first.",
                                    "このロールでは二段階認証が必要です。先に登録してください。"});
    error.type = "second-factor-missing";
    return fail(std::move(error));
  }
  if (route.access == RouteSpec::Access::permission && !may_use(route, caller)) {
    return fail(
        Error::forbidden({"Your role does not allow this.", "この操作を行う権限がありません。"}));
  }
  if (route.whole_desk && !caller.scope.is_everything()) {
    return fail(Error::forbidden({"Only for those who see every mailbox.",
                                  "すべてのメールボックスを閲覧できる担当者だけが利用できます。"}));
  }
  parts.signed_in = std::move(*signed_in);
  return {};
}

Result<std::optional<http::Response>> Dispatcher::claim(Call::Parts& parts,
                                                        Exchange& exchange) const {
  const std::optional<std::string_view> given = parts.request.headers.find("Idempotency-Key");
  if (parts.request.method != http::Method::post || !given || !parts.signed_in) return std::nullopt;
  if (!is_idempotency_key(*given)) {
    return fail(
        Error::malformed({"Idempotency-Key takes 1 to 255 printable characters.",
                          "Idempotency-Key は 1〜255 文字の印字可能文字で指定してください。"}));
  }
  // It is kept with the answer.
  if (Result<void> clean = service::refuse_card_numbers(*given, ""); !clean) {
    return fail(std::move(clean.error()));
  }
  const IdempotencyKey key{parts.signed_in->caller.agent,
                           std::string(http::to_string(parts.request.method)),
                           std::string(parts.request.path()), std::string(*given)};
  using Claim = IdempotencyStore::Claim;
  const std::string_view body =
      parts.request.body ? parts.request.body->view() : std::string_view{};
  Result<Claim> claim = needs_.idempotency.begin(key, parts.request.query(), body);
  if (!claim) return fail(std::move(claim.error()));
  switch (claim->state) {
    case Claim::State::fresh:
      break;
    case Claim::State::replay:
      if (parts.route->tells_secret && claim->answer.status < 300) {
        return fail(Error::conflict(
            "secret-told-once",
            {"This was done already; its secret was told once and is not kept.",
             "この操作は完了済みです。秘密の値は一度しか表示されず、保存されていません。"}));
      }
      claim->answer.headers.add("Idempotency-Replayed", "true");
      return std::move(claim->answer);
    case Claim::State::other_body: {
      Error error = Error::invalid({});
      error.type = "idempotency-key-reused";
      error.message = {"This Idempotency-Key was used for another request.",
                       "この Idempotency-Key は別の内容のリクエストで使われています。"};
      return fail(std::move(error));
    }
    case Claim::State::running:
      return fail(Error::conflict("idempotency-key-in-use",
                                  {"The first request with this Idempotency-Key is still running.",
                                   "同じ Idempotency-Key のリクエストを処理中です。"}));
  }
  exchange.set_claim(key, parts.route->tells_secret);
  parts.idempotency_key = key;
  return std::nullopt;
}

Result<void> Dispatcher::check(Call::Parts& parts) {
  const RouteSpec& route = *parts.route;
  if (Result<void> taken = check_body(route, parts.request); !taken) return taken;
  if (route.body != nullptr && parts.request.body) {
    Result<void> clean = refuse_card_numbers_in_json(parts.request.body->view());
    if (!clean) return clean;
  }
  Result<std::optional<std::int64_t>> version =
      expected_version(parts.request.headers.find("If-Match"), route.if_match_required);
  if (!version) return fail(std::move(version.error()));
  parts.if_match = *version;
  if (route.page) return {};
  Result<QueryValues> query = QueryValues::read(parts.request.query(), route.query);
  if (!query) return fail(std::move(query.error()));
  for (const RouteSpec::Guard& guard : route.guards) {
    if (parts.signed_in && parts.signed_in->caller.may(guard.permission)) continue;
    for (const std::string& name : guard.parameters) {
      if (query->find(name) != nullptr) return fail(may_not_ask(name));
    }
  }
  parts.query = std::move(*query);
  return {};
}

}  // namespace madoguchi::api
