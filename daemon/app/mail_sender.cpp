// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/mail_sender.h"

#include "connectors/catalogue.h"
#include "daemon/app/password_file.h"

namespace madoguchi::app {
namespace {

const char* name_of(config::TransportSecurity security) {
  switch (security) {
    case config::TransportSecurity::none:
      return "none";
    case config::TransportSecurity::starttls:
      return "starttls";
    case config::TransportSecurity::tls:
      return "tls";
  }
  return "tls";
}

}  // namespace

Result<std::unique_ptr<connector::Connector>> make_mail_sender(const config::SmtpSettings& settings,
                                                               const Clock& clock) {
  for (const connector::ConnectorType* type : connectors::catalogue()) {
    if (type->name != "smtp") continue;
    connector::Settings given;
    given.options = {{"host", settings.host},
                     {"port", std::to_string(settings.port)},
                     {"security", name_of(settings.security)}};
    if (settings.user) given.options["user"] = *settings.user;
    if (settings.ca_file) given.options["ca_file"] = settings.ca_file->string();
    if (settings.helo) given.options["helo_name"] = *settings.helo;
    if (settings.password_file) {
      Result<Secret> password = read_password(*settings.password_file, "/smtp/password_file");
      if (!password) return fail(std::move(password.error()));
      given.secrets["password"] = std::move(*password);
    }
    const Result<connector::Settings> good = connector::checked(*type, std::move(given));
    if (!good) return fail(good.error());
    return type->create(*good, {clock});
  }
  return fail(Error::internal("this build has no smtp connector (MADOGUCHI_CONNECTORS)"));
}

}  // namespace madoguchi::app
