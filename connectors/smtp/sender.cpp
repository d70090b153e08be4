// SPDX-License-Identifier: Apache-2.0
#include "connectors/smtp/sender.h"

#include <fmt/format.h>

#include <algorithm>

namespace madoguchi::connectors::smtp {
namespace {

using connector::CallOptions;
using connector::Envelope;
using connector::Health;
using connector::HealthState;
using connector::RecipientReport;
using connector::SendOutcome;
using connector::SendReport;

constexpr std::size_t kMaxIdleLines = 8;
constexpr std::size_t kMaxAddress = 320;

/// Whether the address can stand between angle brackets in a command without becoming anything else
/// (S4 f). What an address has to look like is EmailAddress's business.
bool is_safe_address(std::string_view address) {
  return !address.empty() && address.size() <= kMaxAddress &&
         std::none_of(address.begin(), address.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '<' || c == '>';
         });
}

/// Whether each CR is followed by LF and each LF follows a CR. One pass of memchr for each: a
/// message may have 50 MB.
bool has_only_crlf(std::string_view raw) {
  for (std::size_t at = raw.find('\n'); at != std::string_view::npos; at = raw.find('\n', at + 1)) {
    if (at == 0 || raw[at - 1] != '\r') return false;
  }
  for (std::size_t at = raw.find('\r'); at != std::string_view::npos; at = raw.find('\r', at + 1)) {
    if (at + 1 == raw.size() || raw[at + 1] != '\n') return false;
  }
  return true;
}

/// Why the message cannot go over the line, or nullptr. A bare CR or LF is where servers disagree
/// on what ends a line, and so on where the message ends.
const char* complaint(std::string_view raw) {
  if (raw.empty()) return "the message is empty";
  if (raw.find('\0') != std::string_view::npos) return "the message has a NUL byte";
  if (!has_only_crlf(raw)) return "the message has a line end that is not CRLF";
  return nullptr;
}

SendReport all(const Envelope& envelope, SendOutcome outcome, const std::string& why) {
  SendReport report;
  for (const std::string& address : envelope.recipients) {
    report.recipients.push_back({address, outcome, why, 0});
  }
  return report;
}

}  // namespace

Sender::Sender(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

SendReport Sender::send(const Envelope& envelope, std::string_view raw, const CallOptions& call) {
  if (!envelope.from.empty() && !is_safe_address(envelope.from)) {
    return all(envelope, SendOutcome::failed, "the sender's address cannot be used");
  }
  if (const char* why = complaint(raw)) return all(envelope, SendOutcome::failed, why);
  if (call.stop.stop_requested())
    return all(envelope, SendOutcome::deferred, "the hub is stopping");

  Mail mail{envelope.from, {}, raw};
  std::copy_if(envelope.recipients.begin(), envelope.recipients.end(),
               std::back_inserter(mail.recipients), is_safe_address);
  std::vector<RecipientReport> answers;
  if (!mail.recipients.empty()) {
    Dialogue dialogue(mail.recipients);
    std::unique_ptr<Line> line = take();
    const std::string trouble = line->send(mail, call, dialogue);
    give_back(std::move(line));
    answers = dialogue.report(trouble);
  }

  SendReport report;
  auto answer = answers.begin();
  for (const std::string& address : envelope.recipients) {
    if (is_safe_address(address)) {
      report.recipients.push_back(std::move(*answer++));
    } else {
      report.recipients.push_back({address, SendOutcome::failed, "the address cannot be used", 0});
    }
  }
  return report;
}

Health Sender::probe(const CallOptions& call) {
  Dialogue dialogue({});
  std::unique_ptr<Line> line = take();
  const std::string trouble = line->probe(call, dialogue);
  give_back(std::move(line));
  const Reply& last = dialogue.last();
  if (trouble.empty()) {
    return {HealthState::ok, presentable(fmt::format("{} {}", last.code, last.text))};
  }
  return {HealthState::failing, last.severity() >= 4
                                    ? presentable(fmt::format("{} {}", last.code, last.text))
                                    : presentable(trouble)};
}

std::unique_ptr<Line> Sender::take() {
  std::unique_ptr<Line> line = idle_.with([](auto& idle) {
    std::unique_ptr<Line> taken;
    if (!idle.empty()) {
      taken = std::move(idle.back());
      idle.pop_back();
    }
    return taken;
  });
  return line ? std::move(line) : std::make_unique<Line>(options_, clock_);
}

void Sender::give_back(std::unique_ptr<Line> line) {
  idle_.with([&](auto& idle) {
    if (idle.size() < kMaxIdleLines) idle.push_back(std::move(line));
  });
}

}  // namespace madoguchi::connectors::smtp
