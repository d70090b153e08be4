// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/testkit/certificates.h"

namespace madoguchi::testkit {

/// What the server does at one point of the dialogue.
struct Answer {
  enum class Kind {
    reply,
    hang,   ///< says nothing, but reads
    stall,  ///< reads what has come, then nothing until SmtpServer::resume()
    close
  } kind = Kind::reply;
  std::string text = {};  ///< without the final CRLF

  static Answer reply(std::string text) { return {Kind::reply, std::move(text)}; }
  static Answer hang() { return {Kind::hang, {}}; }
  static Answer stall() { return {Kind::stall, {}}; }
  static Answer close() { return {Kind::close, {}}; }
};

enum class ServerTls { none, starttls, implicit };

/// How the server behaves. `answers` replace what a friendly server would do, by the point of the
/// dialogue: "GREETING", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "RCPT:a@b.example", "DATA",
/// "BODY" (instead of reading the message, after the 354), "MESSAGE" (after all of it), "NOOP",
/// "QUIT". Verbs with a 4xx or 5xx answer have no further effect.
struct SmtpScript {
  std::map<std::string, Answer> answers = {};
  std::vector<std::string> extensions = {"SIZE 52428800", "8BITMIME", "SMTPUTF8"};
  ServerTls tls = ServerTls::none;
  std::optional<Certificates> certificates = std::nullopt;
  std::string user = {};  ///< when set, AUTH PLAIN and LOGIN are offered and demanded
  std::string password = {};
};

struct ReceivedMail {
  std::string mail_command;  ///< "MAIL FROM:<…> SIZE=…"
  std::vector<std::string> recipients;
  std::string data;  ///< dot-unstuffed
};

/// An SMTP server on loopback with a thread per connection, for tests. Observers are safe to call
/// at any time; the destructor ends all connections.
class SmtpServer {
 public:
  explicit SmtpServer(SmtpScript script);
  ~SmtpServer();

  [[nodiscard]] int port() const;
  [[nodiscard]] std::vector<ReceivedMail> mails() const;
  /// Every command line of every connection, credentials included.
  [[nodiscard]] std::vector<std::string> commands() const;
  [[nodiscard]] int connections() const;
  /// What was read, but not understood, on connections that hung or stalled and then ended.
  [[nodiscard]] std::string swallowed() const;
  /// Lets stalled connections read on.
  void resume();
  /// Waits until a client has got as far as `point` (a key of SmtpScript::answers, "STALLED", or
  /// "GONE" after a hang or a stall); false after 10 s.
  bool wait_for(const std::string& point);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace madoguchi::testkit
