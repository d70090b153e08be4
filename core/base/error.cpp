// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

namespace madoguchi {

Error Error::malformed(Text message, std::string detail) {
  return {ErrorCode::malformed, "malformed", std::move(message), std::move(detail)};
}

Error Error::invalid(std::vector<FieldError> fields) {
  Error error{ErrorCode::invalid,
              "invalid",
              {"The request has values that cannot be taken.", "受け付けられない値があります。"}};
  error.fields = std::move(fields);
  return error;
}

Error Error::invalid(std::string pointer, Text message) {
  return invalid(std::vector<FieldError>{{std::move(pointer), std::move(message)}});
}

Error Error::unauthenticated(std::string detail) {
  return {ErrorCode::unauthenticated,
          "unauthenticated",
          {"Sign in, or send a valid token.", "ログインするか、有効なトークンを送ってください。"},
          std::move(detail)};
}

Error Error::forbidden(Text message) {
  return {ErrorCode::forbidden, "forbidden", std::move(message)};
}

Error Error::not_found(Text message) {
  return {ErrorCode::not_found, "not-found", std::move(message)};
}

Error Error::conflict(std::string type, Text message) {
  return {ErrorCode::conflict, std::move(type), std::move(message)};
}

Error Error::stale() {
  return {ErrorCode::stale,
          "stale",
          {"Somebody changed this since you read it. Look at the current state and try again.",
           "読み込んだ後に変更されています。最新の内容を確認してやり直してください。"}};
}

Error Error::precondition_required() {
  return {
      ErrorCode::precondition_required,
      "precondition-required",
      {"Send If-Match with the ETag you read.", "読み込んだ ETag を If-Match で送ってください。"}};
}

Error Error::too_large(Text message) {
  return {ErrorCode::too_large, "too-large", std::move(message)};
}

Error Error::unavailable(std::string detail, std::chrono::seconds retry_after) {
  Error error{ErrorCode::unavailable,
              "unavailable",
              {"Cannot do this right now. Nothing was lost; try again in a moment.",
               "現在処理できません。失われたものはありません。少し待ってやり直してください。"},
              std::move(detail)};
  error.retry_after = retry_after;
  return error;
}

Error Error::internal(std::string detail) {
  return {ErrorCode::internal,
          "internal",
          {"Something went wrong on our side. The request id helps to find it in the log.",
           "サーバー側で問題が起きました。リクエスト ID でログを確認できます。"},
          std::move(detail)};
}

Error&& Error::with_member(std::string name, std::string json) && {
  members.insert_or_assign(std::move(name), std::move(json));
  return std::move(*this);
}

std::string Error::describe() const {
  std::string line = std::string(to_string(code)) + ": " + message.en;
  for (const FieldError& field : fields)
    line += " [" + field.pointer + ": " + field.message.en + "]";
  if (!detail.empty()) line += " (" + detail + ")";
  return line;
}

const char* to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::malformed:
      return "malformed";
    case ErrorCode::invalid:
      return "invalid";
    case ErrorCode::unauthenticated:
      return "unauthenticated";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::stale:
      return "stale";
    case ErrorCode::precondition_required:
      return "precondition_required";
    case ErrorCode::locked:
      return "locked";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::unsupported_media_type:
      return "unsupported_media_type";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace madoguchi
