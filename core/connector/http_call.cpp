// SPDX-License-Identifier: Apache-2.0
#include "core/connector/http_call.h"

namespace madoguchi::connector {
namespace {

Error with_detail(Error error, std::string detail) {
  error.detail = std::move(detail);
  return error;
}

Error makes_no_sense(std::string detail) {
  return Error::malformed({"The other system's answer could not be read.",
                           "外部システムの応答を読み取れませんでした。"},
                          std::move(detail));
}

}  // namespace

net::HttpRequest http_call(const CallOptions& call, std::string method, const net::Url& url) {
  net::HttpRequest request;
  request.method = std::move(method);
  request.url = url;
  request.deadline = call.deadline;
  request.scheme = net::HttpRequest::Scheme::trusted_http;
  request.stop = call.stop;
  request.cut = call.cut;
  return request;
}

Error no_answer(const net::HttpFailure& failure) {
  const std::string detail = std::string(to_string(failure.trouble)) + ": " + failure.detail;
  switch (failure.trouble) {
    case net::HttpTrouble::refused:
      return with_detail(Error::forbidden({"The account's URL must not be asked.",
                                           "このアカウントの URL には接続できません。"}),
                         detail);
    case net::HttpTrouble::garbled:
    case net::HttpTrouble::too_large:
      return makes_no_sense(detail);
    case net::HttpTrouble::unresolved:
    case net::HttpTrouble::unreachable:
    case net::HttpTrouble::untrusted:
    case net::HttpTrouble::late:
    case net::HttpTrouble::stopped:
    case net::HttpTrouble::broken:
      break;
  }
  return Error::unavailable(detail);
}

Error refusal(const net::HttpAnswer& answer, std::string words) {
  std::string detail = "it answers " + std::to_string(answer.status);
  if (!words.empty()) detail += ": " + words;
  switch (answer.status) {
    case 401:
      return Error::unauthenticated(std::move(detail));
    case 402:
    case 403:
      return with_detail(Error::forbidden({"The other system does not allow this account that.",
                                           "外部システムがこの操作を許可していません。"}),
                         std::move(detail));
    case 404:
    case 410:
      return with_detail(Error::not_found({"The other system does not know it.",
                                           "外部システムに見つかりません。"}),
                         std::move(detail));
    case 409:
    case 412:
      return with_detail(Error::conflict("conflict", {"It has changed over there.",
                                                      "外部システム側で変更されています。"}),
                         std::move(detail));
    case 429: {
      Error error = Error::unavailable(std::move(detail),
                                       answer.retry_after.value_or(std::chrono::seconds(60)));
      error.code = ErrorCode::rate_limited;
      error.type = "rate-limited";
      return error;
    }
    default:
      break;
  }
  if (answer.status >= 500) {
    return Error::unavailable(std::move(detail),
                              answer.retry_after.value_or(std::chrono::seconds(5)));
  }
  if (answer.status >= 400) {
    return with_detail(Error::invalid("", {"The other system does not take that.",
                                           "外部システムが受け付けませんでした。"}),
                       std::move(detail));
  }
  return makes_no_sense(std::move(detail));  // a redirect: nobody said where this vendor lives
}

}  // namespace madoguchi::connector
