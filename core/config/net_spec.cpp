// SPDX-License-Identifier: Apache-2.0
#include "core/config/configuration_spec.h"

namespace madoguchi::config {
namespace {

ConfigSpec<ProxySettings> proxy_spec() {
  return ConfigSpec<ProxySettings>(
             "The HTTP proxy that connects to the outside (by CONNECT). Trusted addresses are "
             "asked directly.")
      .must("host", &ProxySettings::host, host(), "proxy.shop.example", "Its name or address.")
      .may("port", &ProxySettings::port, integer<int>(1, 65535), "Its port.")
      .may("credentials_file", &ProxySettings::credentials_file, config::path(),
           "/etc/madoguchi/proxy.credentials", "The file whose first line is user:password.")
      .may(
          "names", &ProxySettings::names,
          choice<ProxyNames>({{"hub", ProxyNames::hub}, {"proxy", ProxyNames::proxy}}),
          "Who finds the address of a name. With proxy, only the proxy can keep requests away from "
          "internal addresses.");
}

}  // namespace

ConfigSpec<NetSettings> net_spec() {
  return ConfigSpec<NetSettings>("Connections to the outside.")
      .may("trusted", &NetSettings::trusted, list(address_range()),
           "Ranges that the guard against requests to internal addresses lets through.")
      .may("ca_file", &NetSettings::ca_file, config::path(), "/etc/madoguchi/ca.pem",
           "Authorities that the certificates of other systems are checked by, in place of the "
           "system's (PEM).")
      .may("record_folder", &NetSettings::record_folder, config::path(),
           "/var/tmp/madoguchi-exchanges",
           "A folder to leave each exchange with another system in, for who develops a connector: "
           "with secrets, names, addresses and texts taken out.")
      .table("proxy", &NetSettings::proxy, proxy_spec());
}

}  // namespace madoguchi::config
