// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/http_client.h"

#include "core/net/recorder.h"
#include "daemon/app/password_file.h"

namespace madoguchi::app {

Result<net::GuardedClient::Options> http_client_options(const config::NetSettings& settings) {
  Result<net::AddressGuard> guard = net::AddressGuard::make(settings.trusted);
  if (!guard) return fail(std::move(guard.error()));
  net::GuardedClient::Options options{std::move(*guard)};
  options.ca_file = settings.ca_file.value_or("").string();
  if (!settings.proxy) return options;
  net::HttpProxy proxy;
  proxy.host = settings.proxy->host;
  proxy.port = static_cast<std::uint16_t>(settings.proxy->port);
  if (settings.proxy->names == config::ProxyNames::proxy)
    proxy.names = net::HttpProxy::Names::proxy;
  if (settings.proxy->credentials_file) {
    Result<Secret> credentials =
        read_password(*settings.proxy->credentials_file, "/net/proxy/credentials_file");
    if (!credentials) return fail(std::move(credentials.error()));
    proxy.credentials = std::move(*credentials);
  }
  options.proxy = std::move(proxy);
  return options;
}

std::unique_ptr<net::HttpClient> recorder_for(const config::NetSettings& settings,
                                              const net::HttpClient& client, const Clock& clock) {
  if (!settings.record_folder) return nullptr;
  std::error_code ignored;  // nothing is recorded then, which the folder shows
  std::filesystem::create_directories(*settings.record_folder, ignored);
  return std::make_unique<net::Recorder>(client, clock, *settings.record_folder);
}

Result<net::HttpRequest> http_request(const std::string& url, std::chrono::milliseconds limit) {
  Result<net::Url> parsed = net::Url::parse(url);
  if (!parsed) {
    return fail(net::to_error({net::HttpTrouble::refused, parsed.error().detail}));
  }
  net::HttpRequest request;
  request.url = std::move(*parsed);
  request.deadline = std::chrono::steady_clock::now() + limit;
  return request;
}

}  // namespace madoguchi::app
