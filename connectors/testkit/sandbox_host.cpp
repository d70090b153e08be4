// SPDX-License-Identifier: Apache-2.0
#include "connectors/testkit/sandbox_host.h"

#include <stdexcept>

#include "core/json/value.h"

namespace madoguchi::testkit {
namespace {

net::GuardedClient::Options loopback_only() {
  return {net::AddressGuard::make({"127.0.0.1"}).value()};
}

}  // namespace

Result<void> CountingGate::pass(const connector::CallOptions&) {
  return state_.with([](State& state) -> Result<void> {
    if (state.allowed == 0) {
      Error error = Error::unavailable("the test's gate is closed");
      error.code = ErrorCode::rate_limited;
      return fail(std::move(error));
    }
    if (state.allowed > 0) --state.allowed;
    ++state.passed;
    return {};
  });
}

void CountingGate::told(const connector::RateNews& news) {
  state_.with([&](State& state) { state.news = news; });
}

void CountingGate::allow(int requests) {
  state_.with([&](State& state) { state.allowed = requests; });
}

int CountingGate::passed() const {
  return state_.with([](const State& state) { return state.passed; });
}

connector::RateNews CountingGate::last_news() const {
  return state_.with([](const State& state) { return state.news; });
}

SandboxHost::SandboxHost(const sandboxes::SandboxType& type) : http_(clock_, loopback_only()) {
  auto server = sandboxes::SandboxServer::start(type, "127.0.0.1", 0);
  if (!server) throw std::runtime_error(server.error().describe());
  server_ = std::move(*server);
}

std::string SandboxHost::control(const std::string& method, const std::string& path,
                                 const std::string& body) {
  const sandboxes::Response response = server_->control(method, path, body);
  if (response.status != 200) throw std::runtime_error(path + ": " + response.body);
  return response.body;
}

void SandboxHost::pass_time(std::chrono::seconds time) {
  control("POST", "/clock", R"({"advance_seconds": )" + std::to_string(time.count()) + "}");
}

int SandboxHost::requests() {
  const Result<json::Value> calls = json::parse(control("GET", "/calls"));
  return static_cast<int>(json::integer_at(calls.value(), "/count").value());
}

connector::CallOptions call_within(std::chrono::milliseconds limit) {
  return {std::chrono::steady_clock::now() + limit};
}

}  // namespace madoguchi::testkit
