// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <filesystem>
#include <string>

#include "core/base/guarded.h"
#include "core/net/http.h"

namespace madoguchi::testkit {

/// Answers with what net::Recorder has left in a folder: each request by the first exchange of its
/// method and path that was not used yet. A request without one is `unreachable`.
class ReplayingClient final : public net::HttpClient {
 public:
  explicit ReplayingClient(const std::filesystem::path& folder);
  [[nodiscard]] net::HttpResult send(const net::HttpRequest& request) const override;
  [[nodiscard]] std::size_t left() const;

 private:
  struct Exchange {
    std::string method;
    std::string path;
    net::HttpAnswer answer = {};
  };
  mutable Guarded<std::deque<Exchange>> exchanges_;
};

}  // namespace madoguchi::testkit
