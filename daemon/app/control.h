// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/json/json.h"

namespace madoguchi::app {

/// What a subcommand asks of the running daemon: one JSON line, and the octets that go with it: a
/// mail, the lines of a file.
struct ControlRequest {
  std::string command;  ///< "token.create", "backup", "audit.verify", "intake"
  std::string agent;
  std::string role;
  std::string file;
  std::string mailbox;
  std::string sender;
  std::int64_t size = 0;  ///< octets that follow the line
};

/// One JSON line back. `error_code` is empty when it was done.
struct ControlReply {
  std::string result;
  std::string error_code;
  std::string message;
};

/// Serves the control socket: a Unix socket that only its owner may open, so whoever can speak here
/// may do everything. One request per connection, one connection at a time, on a thread of its own.
class ControlServer {
 public:
  using Handler = std::function<ControlReply(const ControlRequest&, const std::string& payload)>;

  ControlServer(std::filesystem::path socket, Handler handler);
  ~ControlServer();

  [[nodiscard]] Result<void> start();
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Asks a running daemon; not_found when none listens there.
[[nodiscard]] Result<ControlReply> ask_daemon(const std::filesystem::path& socket,
                                              ControlRequest request,
                                              const std::string& payload = {});

}  // namespace madoguchi::app

template <>
struct madoguchi::json::Table<madoguchi::app::ControlRequest> {
  static constexpr const char* name = "ControlRequest";
  static const Fields& fields();
};
template <>
struct madoguchi::json::Table<madoguchi::app::ControlReply> {
  static constexpr const char* name = "ControlReply";
  static const Fields& fields();
};
