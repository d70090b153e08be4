// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/connector/mail_sender.h"

namespace madoguchi::connectors::smtp {

/// One reply of the server (RFC 5321, section 4.2); lines of a longer one are joined by spaces.
struct Reply {
  int code = 0;  ///< 0: none came
  std::string text;

  [[nodiscard]] bool came() const noexcept { return code != 0; }
  [[nodiscard]] int severity() const noexcept { return code / 100; }
};

/// Follows what is said on one connection during one mail and says in the end what became of it for
/// each recipient. libcurl itself keeps only one error for all of them. Pure: no I/O.
///
/// What counts: a refusal before MAIL (greeting, EHLO, TLS, AUTH) is about this hub and its
/// settings, not about the mail, so it defers, whatever its code. From MAIL on 4xx defers and 5xx
/// fails, but for 530 and 535 ("sign in first"), which are settings again.
class Dialogue {
 public:
  explicit Dialogue(std::vector<std::string> recipients);

  void on_command(std::string_view line);
  void on_reply_line(std::string_view line);
  /// The last byte of the message is on its way: from here on the server may have taken it.
  void on_message_sent() { message_sent_ = true; }

  [[nodiscard]] bool message_sent() const noexcept { return message_sent_; }
  /// The last complete reply that came on the connection.
  [[nodiscard]] const Reply& last() const noexcept { return last_; }

  /// In the order of the recipients. `trouble` is what to say where the server said nothing.
  [[nodiscard]] std::vector<connector::RecipientReport> report(std::string_view trouble) const;

 private:
  enum class Stage { setup, mail, recipient, data, message, done };

  void on_reply(Reply reply);

  std::vector<std::string> recipients_;
  std::vector<Reply> recipient_replies_;
  std::size_t recipients_named_ = 0;
  Stage stage_ = Stage::setup;
  Reply mail_;
  Reply data_;
  Reply message_;
  Reply last_;
  std::string partial_;
  bool message_sent_ = false;
};

/// One line of valid UTF-8 without control characters, at most 500 octets: what may be stored and
/// shown of a server's words.
[[nodiscard]] std::string presentable(std::string_view text);

}  // namespace madoguchi::connectors::smtp
