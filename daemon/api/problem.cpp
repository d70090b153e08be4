// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/problem.h"

#include "core/json/writer.h"
#include "core/text/card_number.h"

namespace madoguchi::api {
namespace {

Text title_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::malformed:
      return {"Malformed request", "リクエストの形式が正しくありません"};
    case ErrorCode::invalid:
      return {"Invalid values", "入力内容に誤りがあります"};
    case ErrorCode::unauthenticated:
      return {"Not signed in", "認証が必要です"};
    case ErrorCode::forbidden:
      return {"Not allowed", "権限がありません"};
    case ErrorCode::not_found:
      return {"Not found", "見つかりません"};
    case ErrorCode::conflict:
      return {"Conflict with the current state", "現在の状態と競合しています"};
    case ErrorCode::stale:
      return {"Changed since it was read", "他の変更があります"};
    case ErrorCode::precondition_required:
      return {"If-Match is required", "If-Match が必要です"};
    case ErrorCode::locked:
      return {"Being edited by somebody else", "他の人が編集中です"};
    case ErrorCode::too_large:
      return {"Too large", "大きすぎます"};
    case ErrorCode::unsupported_media_type:
      return {"Unsupported media type", "対応していない形式です"};
    case ErrorCode::rate_limited:
      return {"Too many requests", "リクエストが多すぎます"};
    case ErrorCode::unavailable:
      return {"Not available right now", "現在利用できません"};
    case ErrorCode::internal:
      return {"Internal error", "内部エラー"};
  }
  return {"Internal error", "内部エラー"};
}

}  // namespace

int status_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::malformed:
      return 400;
    case ErrorCode::invalid:
      return 422;
    case ErrorCode::unauthenticated:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::stale:
      return 412;
    case ErrorCode::precondition_required:
      return 428;
    case ErrorCode::locked:
      return 423;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::unsupported_media_type:
      return 415;
    case ErrorCode::rate_limited:
      return 429;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

http::Response problem(const Error& error, Language language, std::string_view request_id) {
  return problem(status_of(error.code), title_of(error.code), error, language, request_id);
}

http::Response problem(int status, const Text& title, const Error& error, Language language,
                       std::string_view request_id) {
  http::Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/problem+json");
  response.headers.add("Content-Language", to_string(language));
  if (status == 401) response.headers.add("WWW-Authenticate", "Bearer realm=\"madoguchi\"");
  if (status == 429 || status == 503) {
    response.headers.add(
        "Retry-After", std::to_string(error.retry_after.value_or(std::chrono::seconds{5}).count()));
  }
  json::Writer writer(response.body);
  writer.begin_object();
  writer.member("type", "urn:madoguchi:problem:" + error.type);
  writer.member("title", in(language, title));
  writer.member("status", status);
  writer.member("detail", in(language, error.message));
  writer.member("instance", request_id);
  if (!error.fields.empty()) {
    writer.key("errors");
    writer.begin_array();
    for (const FieldError& field : error.fields) {
      writer.begin_object();
      writer.member("pointer", field.pointer);
      writer.member("message", in(language, field.message));
      writer.end_object();
    }
    writer.end_array();
  }
  for (const auto& member : error.members) {
    writer.key(member.first);
    writer.raw(member.second);
  }
  writer.end_object();
  // What somebody sent stands in many of these texts (S7).
  response.body = text::mask_card_numbers(std::move(response.body));
  return response;
}

}  // namespace madoguchi::api
