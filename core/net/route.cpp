// SPDX-License-Identifier: Apache-2.0
#include "core/net/route.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/crypto/encoding.h"
#include "core/net/http_head.h"

namespace madoguchi::net {
namespace {

using Verdict = AddressGuard::Verdict;

tl::unexpected<HttpFailure> refused(std::string why) {
  return fail_with(HttpTrouble::refused, std::move(why));
}

/// The worst of what is said of them: one bad address among good ones is an attempt.
Verdict judge_all(const AddressGuard& guard, const std::vector<Endpoint>& endpoints) {
  Verdict worst = Verdict::trusted;
  for (const Endpoint& one : endpoints) {
    const Verdict verdict = guard.judge(one.address());
    if (verdict == Verdict::refused) return verdict;
    if (verdict == Verdict::allowed) worst = verdict;
  }
  return worst;
}

tl::expected<std::vector<Endpoint>, HttpFailure> addresses_of(const std::string& host,
                                                              std::uint16_t port,
                                                              const Resolve& resolve,
                                                              const Patience& patience) {
  if (const std::optional<Endpoint> written = endpoint_of(host, port)) return std::vector{*written};
  return resolve(host, port, patience);
}

std::string with_port(const std::string& host, std::uint16_t port) {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

tl::expected<Route, HttpFailure> through(const HttpProxy& proxy, std::string tunnel,
                                         const Resolve& resolve, const Patience& patience) {
  auto endpoints = addresses_of(proxy.host, proxy.port, resolve, patience);
  if (!endpoints) {
    endpoints.error().detail = "proxy " + endpoints.error().detail;
    return tl::unexpected<HttpFailure>(std::move(endpoints.error()));
  }
  return Route{std::move(*endpoints), std::move(tunnel)};
}

}  // namespace

tl::expected<Route, HttpFailure> find_route(const GuardedClient::Options& options,
                                            const HttpRequest& request, const Patience& patience) {
  const Url& url = request.url;
  const bool may_be_plain = request.scheme == HttpRequest::Scheme::trusted_http;
  if (!url.is_https() && !may_be_plain) return refused("not a plain https URL");
  if (options.proxy && options.proxy->names == HttpProxy::Names::proxy && !url.is_address()) {
    if (!url.is_https() || url.port != 443) return refused("its port is not 443");
    return through(*options.proxy, with_port(url.host, url.port), options.resolve, patience);
  }
  auto endpoints = addresses_of(url.host, url.port, options.resolve, patience);
  if (!endpoints) return tl::unexpected<HttpFailure>(std::move(endpoints.error()));
  switch (judge_all(options.guard, *endpoints)) {
    case Verdict::refused:
      return refused("its address is internal");
    case Verdict::trusted:
      return Route{std::move(*endpoints)};
    case Verdict::allowed:
      break;
  }
  if (!url.is_https()) return refused("http, and its address is not trusted");
  if (url.port != 443) return refused("its port is not 443");
  if (!options.proxy) return Route{std::move(*endpoints)};
  return through(*options.proxy, with_port(endpoints->front().text(), url.port), options.resolve,
                 patience);
}

HttpStep open_tunnel(Channel& channel, const HttpProxy& proxy, const std::string& tunnel) {
  std::string request = "CONNECT " + tunnel + " HTTP/1.1\r\nHost: " + tunnel + "\r\n";
  if (!proxy.credentials.empty()) {
    request +=
        "Proxy-Authorization: Basic " + crypto::to_base64(proxy.credentials.reveal()) + "\r\n";
  }
  if (HttpStep sent = channel.write(request + "\r\n"); !sent) return sent;
  std::string head;
  std::array<char, 1> byte{};  // what follows the head belongs to TLS
  while (!end_of_head(head)) {
    const tl::expected<std::size_t, HttpFailure> got = channel.read(byte.data(), byte.size());
    if (!got) return tl::unexpected<HttpFailure>(got.error());
    if (*got == 0) return fail_with(HttpTrouble::unreachable, "the proxy hangs up");
    head += byte[0];
    if (head.size() > kMostHeadBytes) {
      return fail_with(HttpTrouble::unreachable, "the proxy's answer is too long");
    }
  }
  const tl::expected<HttpHead, HttpFailure> answer = parse_head(head);
  if (!answer) return fail_with(HttpTrouble::unreachable, "the proxy does not speak HTTP");
  if (answer->status / 100 == 2) return {};
  return fail_with(HttpTrouble::unreachable, fmt::format("the proxy answers {}", answer->status));
}

}  // namespace madoguchi::net
