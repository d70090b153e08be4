// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/webhook_sender.h"

#include "core/net/https_request.h"

namespace madoguchi::app {
namespace {

/// Standard Webhooks advises 15 to 30 seconds; who needs longer answers first and works then.
constexpr std::chrono::milliseconds kLimit{15'000};

}  // namespace

service::SendWebhook webhook_sender(net::AddressGuard guard,
                                    const std::optional<std::filesystem::path>& authorities) {
  return [guard = std::move(guard), ca_file = authorities.value_or("").string()](
             const service::WebhookRequestOut& request) -> Result<service::WebhookAnswerIn> {
    net::HttpsRequest wish;
    wish.url = request.url;
    wish.post = request.body;
    wish.headers = request.headers;
    wish.ca_file = ca_file;
    wish.limit = kLimit;
    wish.stop = request.stop;
    Result<net::HttpsAnswer> answer = net::https_request(wish, guard);
    if (!answer) return fail(std::move(answer.error()));
    return service::WebhookAnswerIn{answer->status, answer->retry_after};
  };
}

}  // namespace madoguchi::app
