// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/content_scanner.h"

#include "connectors/catalogue.h"

namespace madoguchi::app {

Result<std::unique_ptr<connector::Connector>> make_content_scanner(
    const config::ScannerSettings& settings, const Clock& clock) {
  for (const connector::ConnectorType* type : connectors::catalogue()) {
    if (type->name != "clamd") continue;
    connector::Settings given;
    given.options = {{"address", settings.address.str()},
                     {"max_size", std::to_string(settings.max_size.bytes)}};
    const Result<connector::Settings> good = connector::checked(*type, std::move(given));
    if (!good) return fail(good.error());
    return type->create(*good, {clock});
  }
  return fail(Error::internal("this build has no clamd connector (MADOGUCHI_CONNECTORS)"));
}

}  // namespace madoguchi::app
