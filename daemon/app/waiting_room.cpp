// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/waiting_room.h"

#include "daemon/api/exchange.h"
#include "daemon/api/language.h"
#include "daemon/api/problem.h"

namespace madoguchi::app {
namespace {

Error not_yet() { return Error::unavailable("the database has not answered since the start"); }

}  // namespace

http::Response WaitingRoom::answer(int status, const Error& error) {
  const std::string id = ids_.next();
  http::Response response = api::problem(error, api::Language::en, id);
  response.status = status;
  api::add_standard_headers(response.headers, id, false);
  return response;
}

std::variant<http::Admission, http::Response> WaitingRoom::admit(const http::Request& head) {
  if (head.path() == "/livez") return http::Admission{0};
  return answer(503, not_yet());
}

void WaitingRoom::handle(http::Request, std::unique_ptr<http::Responder> responder) {
  http::Response alive;
  alive.headers.add("Content-Type", "text/plain; charset=utf-8");
  alive.body = "ok\n";
  responder->send(std::move(alive));
}

http::Response WaitingRoom::refuse(int status, const std::string& reason) {
  return answer(status, Error::malformed({reason, reason}));
}

Result<std::string> WaitingRoom::resolve(std::string_view) { return fail(not_yet()); }

Result<void> WaitingRoom::receive(const lmtp::ReceivedEnvelope&, std::string_view) {
  return fail(not_yet());
}

}  // namespace madoguchi::app
