// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/webhook_sender.h"

#include "daemon/app/http_client.h"

namespace madoguchi::app {
namespace {

/// Standard Webhooks advises 15 to 30 seconds; who needs longer answers first and works then.
constexpr std::chrono::milliseconds kLimit{15'000};

}  // namespace

service::SendWebhook webhook_sender(const net::HttpClient& client) {
  return [&client](const service::WebhookRequestOut& request) -> Result<service::WebhookAnswerIn> {
    Result<net::HttpRequest> wish = http_request(request.url, kLimit);
    if (!wish) return fail(std::move(wish.error()));
    wish->method = "POST";
    wish->headers = request.headers;
    wish->body = request.body;
    wish->cut = request.stop;
    net::HttpResult answer = client.send(*wish);
    if (!answer) return fail(net::to_error(answer.error()));
    return service::WebhookAnswerIn{answer->status, answer->retry_after};
  };
}

}  // namespace madoguchi::app
