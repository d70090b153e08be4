// SPDX-License-Identifier: Apache-2.0
#include "connectors/testkit/replay.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "core/json/value.h"

namespace madoguchi::testkit {

ReplayingClient::ReplayingClient(const std::filesystem::path& folder) {
  std::set<std::filesystem::path> files;
  for (const auto& one : std::filesystem::directory_iterator(folder)) files.insert(one.path());
  for (const std::filesystem::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    const json::Value value =
        json::parse(std::string{std::istreambuf_iterator<char>(file), {}}).value();
    Exchange exchange{value["request"]["method"], value["request"]["path"]};
    if (!value.contains("answer")) continue;
    exchange.answer.status = value["answer"]["status"];
    for (const auto& header : value["answer"]["headers"].items()) {
      exchange.answer.headers.emplace_back(header.key(), header.value().get<std::string>());
    }
    exchange.answer.body = json::dump(value["answer"]["body"]);
    exchanges_.with([&](auto& all) { all.push_back(exchange); });
  }
}

net::HttpResult ReplayingClient::send(const net::HttpRequest& request) const {
  const std::string path = request.url.target.substr(0, request.url.target.find('?'));
  return exchanges_.with([&](auto& all) -> net::HttpResult {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Exchange& one) {
      return one.method == request.method && one.path == path;
    });
    if (found == all.end()) {
      return tl::unexpected<net::HttpFailure>(
          net::HttpFailure{net::HttpTrouble::unreachable, "nothing was recorded for " + path});
    }
    net::HttpAnswer answer = std::move(found->answer);
    all.erase(found);
    return answer;
  });
}

std::size_t ReplayingClient::left() const {
  return exchanges_.with([](const auto& all) { return all.size(); });
}

}  // namespace madoguchi::testkit
