// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/base/guarded.h"
#include "core/net/http.h"

namespace madoguchi::net {

/// What was asked and answered, as JSON, scrubbed: of headers only harmless ones, of JSON bodies
/// the shape, numbers, times and words of enumerations; every other text is replaced by its length,
/// and whole bodies that are no JSON. What a fixture of a connector's test needs stays, what a
/// person or a secret could be known by goes. Pure.
[[nodiscard]] std::string scrubbed_exchange(const HttpRequest& request, const HttpResult& result);

/// Asks through another client and leaves each exchange as a file of `folder`, in the order of
/// their names, for people who develop a connector. A file that cannot be written is left out.
class Recorder final : public HttpClient {
 public:
  Recorder(const HttpClient& below, const Clock& clock, std::filesystem::path folder)
      : below_(below), clock_(clock), folder_(std::move(folder)) {}

  [[nodiscard]] HttpResult send(const HttpRequest& request) const override;

 private:
  const HttpClient& below_;
  const Clock& clock_;
  const std::filesystem::path folder_;
  mutable Guarded<int> count_{0};
};

}  // namespace madoguchi::net
