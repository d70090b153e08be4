// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/domain/agent.h"
#include "daemon/api/call.h"
#include "daemon/api/exchange.h"
#include "daemon/api/reply.h"

namespace madoguchi::api {

/// A body taken as it is, without parsing: a mail, an upload. Valid during the handler.
struct RawBody {
  std::string_view bytes;
};

/// One line of the route table: data. The dispatcher serves it, openapi.h describes it.
struct RouteSpec {
  enum class Access { undeclared, open, signed_in, permission };
  /// By the request without its body and the path's values.
  using Admits = std::function<Result<std::size_t>(const http::Request& head,
                                                   const std::vector<std::string>& path_values)>;

  http::Method method = http::Method::get;
  std::string path;      ///< "/cases/{number}/take" below /api/v1; "{rest...}" at the end takes all
  bool at_root = false;  ///< not below /api/v1: /livez, /metrics, /app
  bool page = false;     ///< see Route::page
  std::string id;
  std::string summary;
  std::string description;
  std::string tag;
  Access access = Access::undeclared;
  domain::Permission permission = domain::Permission::cases_read;
  std::vector<domain::Permission> further_permissions;  ///< needed too
  bool whole_desk = false;                              ///< only for who sees every mailbox
  std::vector<QueryParameter> query;
  struct Guard {
    domain::Permission permission;
    std::vector<std::string> parameters;
  };
  std::vector<Guard> guards;  ///< of parameters that not everybody may use
  bool if_match_required = false;
  bool tells_secret = false;  ///< its good answers are for this caller, once: not kept for replays
  bool while_enrolling = false;  ///< for sessions too that have to add a second factor first
  bool edit_lock = false;        ///< takes Edit-Lock, and answers 423 while somebody else has it
  bool takes_body = false;
  bool body_required = false;
  const json::Type* body = nullptr;  ///< of a JSON body
  std::vector<std::string> media_types = {"application/json"};
  std::size_t max_body = 0;
  int success = 200;
  std::vector<int> also;  ///< further statuses with the same body
  const json::Type* answer = nullptr;
  std::string answer_media_type;        ///< empty: no body
  std::vector<int> fails;               ///< with further statuses than its kind says
  std::vector<std::string> path_names;  ///< in order; filled by the builder
  /// How big a body may be in each case, before it is read; null: max_body.
  Admits admits;
  std::function<Result<http::Response>(const Call&)> handler;
  std::function<void(Call, Answer)> deferred_handler;

  /// The path with its base: "/api/v1/cases/{number}".
  [[nodiscard]] std::string full_path() const;
  /// Whether a body may be something else than JSON.
  [[nodiscard]] bool takes_raw() const {
    return takes_body && media_types != std::vector<std::string>{"application/json"};
  }
};

inline constexpr std::string_view kBase = "/api/v1";
inline constexpr std::size_t kMaxJsonBody = 1024 * 1024;

template <class F>
struct HandlerTraits : HandlerTraits<decltype(&F::operator())> {};
template <class C, class T>
struct HandlerTraits<Result<T> (C::*)(const Call&) const> {
  using Value = T;
  using Body = void;
};
template <class C, class T, class B>
struct HandlerTraits<Result<T> (C::*)(const Call&, B) const> {
  using Value = T;
  using Body = std::remove_cv_t<std::remove_reference_t<B>>;
};
template <class T>
inline constexpr bool kOptional = false;
template <class T>
inline constexpr bool kOptional<std::optional<T>> = true;

/// Builds a RouteSpec:
///
///   table.add(Route::patch("/cases/{number}").id("patchCase").summary("…").tag("cases")
///                 .needs(Permission::cases_write).needs_if_match()
///                 .handle([&](const Call& call, const CasePatch& patch) -> Result<CaseView> {…}));
///
/// The handler's second argument, if any, is the body: a DTO, an optional DTO, or RawBody.
class Route {
 public:
  static Route get(std::string path) { return {http::Method::get, std::move(path)}; }
  static Route post(std::string path) { return {http::Method::post, std::move(path)}; }
  static Route put(std::string path) { return {http::Method::put, std::move(path)}; }
  static Route patch(std::string path) { return {http::Method::patch, std::move(path)}; }
  static Route del(std::string path) { return {http::Method::del, std::move(path)}; }

  Route at_root() &&;
  /// An address that people open: not in the description of the API, and what stands behind its
  /// "?" is the page's own business.
  Route page() &&;
  Route id(std::string text) &&;
  Route summary(std::string text) &&;
  Route description(std::string text) &&;
  Route tag(std::string text) &&;

  Route needs(domain::Permission permission) &&;
  /// That one too, after needs().
  Route needs_also(domain::Permission permission) &&;
  /// About all mailboxes alike: 403 for who sees only some of them.
  Route whole_desk() &&;
  Route signed_in() &&;  ///< anybody with a valid credential
  Route open() &&;       ///< strangers too
  /// Also by sessions that have to add a second factor before anything else.
  Route while_enrolling() &&;

  Route query_text(std::string name, std::string description, std::size_t max_length = 500) &&;
  Route query_texts(std::string name, std::string description, std::size_t max_length = 500) &&;
  Route query_integer(std::string name, std::string description, std::int64_t minimum,
                      std::int64_t maximum) &&;
  Route query_flag(std::string name, std::string description) &&;
  Route query_time(std::string name, std::string description) &&;
  template <class E>
  Route query_choice(std::string name, std::string description, bool repeated = false) && {
    QueryParameter one{std::move(name), std::move(description), QueryParameter::Kind::choice,
                       repeated};
    one.allowed = enum_names<E>();
    return std::move(*this).query(std::move(one));
  }
  Route query(QueryParameter parameter) &&;
  Route paged() &&;  ///< `limit` and `cursor`
  /// Who lacks that right may not use these parameters, which ask about what it reveals: 403.
  Route guards(domain::Permission permission, std::vector<std::string> parameters) &&;

  Route needs_if_match() &&;
  /// Changes what a customer's edit lock covers (service::take_for_change), or the lock itself.
  Route under_edit_lock() &&;
  /// The answer has a secret that is told once: it is not kept under an Idempotency-Key, whose
  /// repetition gets 409.
  Route tells_secret() &&;
  /// Takes a raw body of these media types, in place of application/json; "*/*" takes any.
  Route takes(std::vector<std::string> media_types) &&;
  Route max_body(std::size_t bytes) &&;
  /// Looks at head and path before a body is read: its limit, up to max_body, or why there is none.
  Route admits(RouteSpec::Admits judge) &&;
  /// Further success statuses a Reply<T> may choose.
  Route also(std::vector<int> statuses) &&;
  Route answers_with(std::string media_type) &&;
  /// Statuses of refusals that its method, path and parameters do not tell.
  Route fails_with(std::vector<int> statuses) &&;

  template <class F>
  Route handle(F handler) && {
    using Traits = HandlerTraits<F>;
    using Body = typename Traits::Body;
    using Value = typename Traits::Value;
    set_answer<Value>();
    if constexpr (std::is_void_v<Body>) {
      spec_.handler = [handler = std::move(handler)](const Call& call) {
        return render<Value>(handler(call), call.hides());
      };
    } else if constexpr (std::is_same_v<Body, RawBody>) {
      set_body(nullptr, true);
      spec_.handler = [handler = std::move(handler)](const Call& call) {
        return render<Value>(handler(call, RawBody{call.body()}), call.hides());
      };
    } else {
      set_body(&json::kType<Body>, !kOptional<Body>);
      spec_.handler = [handler = std::move(handler)](const Call& call) -> Result<http::Response> {
        Body body{};
        if (!kOptional<Body> || !call.body().empty()) {
          Result<void> read =
              json::read_into(call.body(), json::kType<Body>, &body, {.hides = call.hides()});
          if (!read) return fail(std::move(read.error()));
        }
        return render<Value>(handler(call, body), call.hides());
      };
    }
    return std::move(*this);
  }

  /// A handler that answers later (long poll) or with a stream, through the Answer it is given.
  /// T is what it will answer, for the document.
  template <class T, class F>
  Route defer(F handler) && {
    set_answer<T>();
    spec_.deferred_handler = std::move(handler);
    return std::move(*this);
  }

  /// Throws std::logic_error when the route is not complete: no id, no access, no handler, a path
  /// that cannot be.
  [[nodiscard]] RouteSpec finish() &&;

 private:
  Route(http::Method method, std::string path);
  void set_body(const json::Type* type, bool required);
  template <class Value>
  void set_answer() {
    spec_.success = Answering<Value>::kStatus;
    spec_.answer = Answering<Value>::type();
    const bool tells = Answering<Value>::kStatus != 204 && !std::is_same_v<Value, Verbatim>;
    if (spec_.answer_media_type.empty() && tells) {
      spec_.answer_media_type =
          std::is_same_v<Value, Bytes> ? "application/octet-stream" : "application/json";
    }
  }

  RouteSpec spec_;
  bool limit_given_ = false;
};

}  // namespace madoguchi::api
