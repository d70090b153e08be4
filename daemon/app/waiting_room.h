// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/id.h"
#include "daemon/http/server.h"
#include "daemon/lmtp/intake.h"

namespace madoguchi::app {

/// What stands behind the doors while the database has not answered yet: everybody is told to come
/// back, and nobody has to guess whether the daemon runs.
class WaitingRoom final : public http::Application, public lmtp::Intake {
 public:
  explicit WaitingRoom(IdSource& ids) : ids_(ids) {}

  std::variant<http::Admission, http::Response> admit(const http::Request& head) override;
  void handle(http::Request request, std::unique_ptr<http::Responder> responder) override;
  http::Response refuse(int status, const std::string& reason) override;

  Result<std::string> resolve(std::string_view recipient) override;
  Result<void> receive(const lmtp::ReceivedEnvelope& envelope, std::string_view raw) override;

 private:
  [[nodiscard]] http::Response answer(int status, const Error& error);

  IdSource& ids_;
};

}  // namespace madoguchi::app
