// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "connectors/relation/options.h"
#include "core/base/guarded.h"
#include "core/connector/ticket_writer.h"
#include "core/json/value.h"
#include "core/net/http.h"

namespace madoguchi::connectors::relation {

/// An answer, and what a failure means for somebody who wrote.
struct Asked {
  Result<json::Value> answer;
  bool sent = false;  ///< without an answer: it may have been done all the same
};

/// One request after the other to Re:lation's API v2: asks the gate, understands both codes for too
/// many requests, tells the gate what is left. Safe for use by many threads.
class Client {
 public:
  Client(const Options& options, const connector::Host& host) : options_(options), host_(host) {}

  [[nodiscard]] Result<json::Value> get(const std::string& path, const net::Fields& query,
                                        const connector::CallOptions& call) const;
  /// POST that changes nothing: a search.
  [[nodiscard]] Result<json::Value> search(const std::string& path, const json::Value& body,
                                           const connector::CallOptions& call) const;
  [[nodiscard]] Asked write(const std::string& method, const std::string& path,
                            const json::Value& body, const connector::CallOptions& call) const;

  /// The time over there as its last answer said, or ours.
  [[nodiscard]] TimePoint now() const;

  /// Every entry of a list that is paged, at most a thousand.
  [[nodiscard]] Result<json::Value> all(const std::string& path, int per_page,
                                        const connector::CallOptions& call) const;
  /// Names of a message box's labels by their ids; read anew every ten minutes.
  [[nodiscard]] Result<std::map<std::int64_t, std::string>> labels(
      std::int64_t box, const connector::CallOptions& call) const;

 private:
  [[nodiscard]] Asked ask(net::HttpRequest request, const connector::CallOptions& call) const;
  [[nodiscard]] net::HttpRequest writing(const std::string& method, const std::string& path,
                                         const json::Value& body,
                                         const connector::CallOptions& call) const;

  struct Labels {
    TimePoint read_at = {};
    std::map<std::int64_t, std::string> names = {};
  };

  const Options& options_;
  const connector::Host host_;
  mutable Guarded<std::chrono::microseconds> ahead_{std::chrono::microseconds(0)};
  mutable Guarded<std::map<std::int64_t, Labels>> labels_;
};

}  // namespace madoguchi::connectors::relation
