// SPDX-License-Identifier: Apache-2.0
#include "connectors/smtp/dialogue.h"

#include <fmt/format.h>

namespace madoguchi::connectors::smtp {
namespace {

using connector::RecipientReport;
using connector::SendOutcome;

constexpr std::size_t kMaxDetail = 500;
constexpr std::size_t kMaxReply = 4096;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The length of the UTF-8 sequence that starts `text`, 0 when it is not one.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80                       ? 1
                             : byte(0) >= 0xC2 && byte(0) <= 0xDF ? 2
                             : (byte(0) & 0xF0) == 0xE0           ? 3
                             : byte(0) >= 0xF0 && byte(0) <= 0xF4 ? 4
                                                                  : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (byte(0) == 0xE0 && byte(1) < 0xA0) return 0;
  if (byte(0) == 0xED && byte(1) > 0x9F) return 0;
  if (byte(0) == 0xF0 && byte(1) < 0x90) return 0;
  if (byte(0) == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

SendOutcome outcome_of(const Reply& reply) {
  const bool about_settings = reply.code == 530 || reply.code == 535;
  return reply.severity() == 5 && !about_settings ? SendOutcome::failed : SendOutcome::deferred;
}

RecipientReport by_reply(const std::string& address, SendOutcome outcome, const Reply& reply) {
  return {address, outcome, presentable(fmt::format("{} {}", reply.code, reply.text)), reply.code};
}

}  // namespace

Dialogue::Dialogue(std::vector<std::string> recipients)
    : recipients_(std::move(recipients)), recipient_replies_(recipients_.size()) {}

void Dialogue::on_command(std::string_view line) {
  if (line.starts_with("MAIL FROM:")) {
    stage_ = Stage::mail;
  } else if (line.starts_with("RCPT TO:")) {
    stage_ = Stage::recipient;
    ++recipients_named_;
  } else if (line.starts_with("DATA")) {
    stage_ = Stage::data;
  } else if (line.starts_with("QUIT")) {
    stage_ = Stage::done;
  }
}

void Dialogue::on_reply_line(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2])) return;
  if (partial_.size() < kMaxReply) {
    if (!partial_.empty()) partial_ += ' ';
    partial_ += line.substr(line.size() > 3 ? 4 : 3);
  }
  if (line.size() > 3 && line[3] == '-') return;
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  on_reply({code, std::move(partial_)});
  partial_.clear();
}

void Dialogue::on_reply(Reply reply) {
  switch (stage_) {
    case Stage::mail:
      mail_ = reply;
      break;
    case Stage::recipient:
      if (recipients_named_ <= recipient_replies_.size()) {
        recipient_replies_[recipients_named_ - 1] = reply;
      }
      break;
    case Stage::data:
      data_ = reply;
      if (reply.code == 354) stage_ = Stage::message;
      break;
    case Stage::message:
      message_ = reply;
      break;
    case Stage::setup:
      break;
    case Stage::done:
      return;
  }
  last_ = std::move(reply);
}

std::vector<RecipientReport> Dialogue::report(std::string_view trouble) const {
  std::vector<RecipientReport> reports;
  for (std::size_t i = 0; i < recipients_.size(); ++i) {
    const std::string& address = recipients_[i];
    const Reply& own = recipient_replies_[i];
    if (mail_.came() && mail_.severity() != 2) {
      reports.push_back(by_reply(address, outcome_of(mail_), mail_));
    } else if (own.came() && own.severity() != 2) {
      reports.push_back(by_reply(address, outcome_of(own), own));
    } else if (message_.came()) {
      const bool sent = message_.severity() == 2;
      reports.push_back(
          by_reply(address, sent ? SendOutcome::sent : outcome_of(message_), message_));
    } else if (data_.came() && data_.code != 354) {
      reports.push_back(by_reply(address, outcome_of(data_), data_));
    } else if (message_sent_) {
      reports.push_back({address, SendOutcome::unknown, presentable(trouble), 0});
    } else if (last_.severity() >= 4) {
      reports.push_back(by_reply(address, SendOutcome::deferred, last_));
    } else {
      reports.push_back({address, SendOutcome::deferred, presentable(trouble), 0});
    }
  }
  return reports;
}

std::string presentable(std::string_view text) {
  std::string out;
  while (!text.empty() && out.size() < kMaxDetail) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0) {
      out += '?';
    } else if (first < 0x20 || first == 0x7F ||
               (first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0)) {
      out += ' ';
    } else if (out.size() + length <= kMaxDetail) {
      out += text.substr(0, length);
    } else {
      break;
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace madoguchi::connectors::smtp
