// SPDX-License-Identifier: Apache-2.0
// /intake
#include <memory>

#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::IntakeDto;

constexpr std::size_t kMaxMail = std::size_t{50} * 1024 * 1024;
constexpr std::chrono::seconds kDecisionLimit{10};

int status_of(const IntakeDto& dto) {
  if (dto.outcome == "case_opened" || dto.outcome == "message_added") return 201;
  if (dto.outcome == "quarantined" || dto.outcome == "accepted") return 202;
  return 200;
}

Result<Reply<IntakeDto>> reply_of(Result<IntakeDto> dto) {
  if (!dto) return fail(std::move(dto.error()));
  const int status = status_of(*dto);
  return Reply<IntakeDto>{std::move(*dto), status, {}};
}

void take(const Call& call, const Services& services, Answer answer) {
  Result<std::string> mailbox = services.intake.mailbox_for(call.caller(), call.text("mailbox"));
  if (!mailbox) return answer.send<Reply<IntakeDto>>(fail(std::move(mailbox.error())));
  service::ReceivedMail mail;
  mail.source = "http";
  mail.sender = call.text("sender").value_or("");
  mail.recipients = {{*mailbox, call.text("recipient").value_or("")}};
  Result<domain::IntakeId> received = services.intake.receive(mail, call.body());
  if (!received) return answer.send<Reply<IntakeDto>>(fail(std::move(received.error())));
  // Shared with the one who decides: the answer is given by whichever thread that is.
  auto waiting = std::make_shared<Answer>(std::move(answer));
  services.intake.when_decided(*received, services.clock.steady_now() + kDecisionLimit,
                               [waiting](Result<IntakeDto> dto) {
                                 waiting->send<Reply<IntakeDto>>(reply_of(std::move(dto)));
                               });
}

}  // namespace

void add_intake_routes(RouteTable& table, const Services& services) {
  table.add(
      Route::post("/intake/mail")
          .id("takeMail")
          .summary("Hands one raw mail in; answered when it is durable and decided")
          .description("202 with outcome accepted when it is durable but not decided within 10 s.")
          .tag("intake")
          .needs(Permission::intake_write)
          .query_text("mailbox", "Name of the mailbox; may be left out when there is just one.")
          .query_text("sender", "Envelope sender.")
          .query_text("recipient", "Envelope recipient; default: the mailbox's address.")
          .takes({"message/rfc822"})
          .max_body(kMaxMail)
          .also({201, 202})
          .fails_with({404})
          .defer<Reply<IntakeDto>>([services](const Call& call, Answer answer) {
            take(call, services, std::move(answer));
          }));
  table.add(Route::get("/intake/{id}")
                .id("getIntake")
                .summary("How a mail ended")
                .tag("intake")
                .needs(Permission::intake_write)
                .handle([services](const Call& call) -> Result<IntakeDto> {
                  return services.intake.status(call.caller(), call.path("id"));
                }));
}

}  // namespace madoguchi::api
