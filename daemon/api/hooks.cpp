// SPDX-License-Identifier: Apache-2.0
// /hooks
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

constexpr std::size_t kMaxHookBody = std::size_t{35} * 1024 * 1024;

Result<Verbatim> take(const Call& call, std::string_view body, const Services& services) {
  connector::WebhookRequest request;
  request.body = body;
  request.header = [&call](std::string_view name) { return call.header(name); };
  Result<connector::WebhookReply> reply = services.webhooks.receive(
      {call.path("account"), call.path("secret"), call.request().peer}, request);
  if (!reply) return fail(std::move(reply.error()));
  Verbatim answer;
  answer.response.status = reply->status;
  answer.response.body = std::move(reply->body);
  for (auto& header : reply->headers) {
    answer.response.headers.add(std::move(header.first), std::move(header.second));
  }
  return answer;
}

}  // namespace

void add_hook_routes(RouteTable& table, const Services& services) {
  table.add(
      Route::post("/hooks/{account}/{secret}")
          .at_root()
          .id("takeHook")
          .summary("What mail providers call")
          .description(
              "The account is a [[webhook]] of the configuration, the secret stands in its "
              "secret_file. Answered when the mail is durable; the answer is what the provider "
              "expects, without a body: 200 taken, or known already; 401 (SES 403) not rightly "
              "signed; 406 (Mailgun) or 403 not to come again; 400 cannot be read; 503 to come "
              "again. 404 for another account, secret or sender.")
          .tag("intake")
          .open()
          .takes({"*/*"})
          .max_body(kMaxHookBody)
          .admits([services](const http::Request& head,
                             const std::vector<std::string>& path) -> Result<std::size_t> {
            return services.webhooks.admit({path.at(0), path.at(1), head.peer});
          })
          .handle([services](const Call& call, RawBody body) -> Result<Verbatim> {
            return take(call, body.bytes, services);
          }));
}

}  // namespace madoguchi::api
