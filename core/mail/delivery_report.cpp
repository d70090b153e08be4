// SPDX-License-Identifier: Apache-2.0
// Delivery reports by RFC 3464 (and RFC 6533), and what they return of the mail they are about.
#include "core/mail/delivery_report.h"

#include <algorithm>
#include <exception>

#include "core/base/email_address.h"
#include "core/mail/address_list.h"
#include "core/mail/ascii.h"
#include "core/mail/charset.h"
#include "core/mail/delivery_report_words.h"
#include "core/mail/header.h"

namespace madoguchi::mail {
namespace {

constexpr std::size_t kStatusOctets = 1024 * 1024;
constexpr std::size_t kReturnedOctets = 256 * 1024;
constexpr std::size_t kMarks = 20;

bool is_status(const Attachment& part) {
  return part.media_type == "message/delivery-status" ||
         part.media_type == "message/global-delivery-status";
}

bool is_returned(const Attachment& part) {
  return part.media_type == "message/rfc822" || part.media_type == "text/rfc822-headers" ||
         part.media_type == "message/global" || part.media_type == "message/global-headers" ||
         part.media_type == "text/rfc822" || part.media_type == "message/rfc822-headers";
}

/// "rfc822; <a@b>" to "a@b"; empty when that is no address.
std::string typed_address(std::string_view value) {
  if (const std::size_t semicolon = value.find(';'); semicolon != std::string_view::npos) {
    value.remove_prefix(semicolon + 1);
  }
  value = trim(value);
  if (!value.empty() && value.front() == '<') {
    value.remove_prefix(1);
    value = value.substr(0, value.find('>'));
  } else {
    value = trim(value.substr(0, value.find(" (")));
  }
  const std::vector<Address> parsed = parse_addresses(value, {}, 1);
  if (!parsed.empty() && EmailAddress::parse(parsed.front().address)) return parsed.front().address;
  const Result<EmailAddress> plain = EmailAddress::parse(value);
  return plain ? plain->str() : std::string();
}

/// xtext (RFC 3461, section 4): "+2B" for "+".
std::string from_xtext(std::string_view text) {
  const auto digit = [](char c) {
    if (is_digit(c)) return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
        digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<ReportedState> state_of(std::string_view action, std::string_view status) {
  action = trim(action.substr(0, action.find_first_of(" (;")));
  if (iequals(action, "failed")) return ReportedState::bounced;
  if (iequals(action, "delayed")) return ReportedState::deferred;
  if (iequals(action, "delivered") || iequals(action, "relayed") || iequals(action, "expanded")) {
    return ReportedState::delivered;
  }
  if (status.empty()) return std::nullopt;
  if (status.front() == '2') return ReportedState::delivered;
  return status.front() == '4' ? ReportedState::deferred : ReportedState::bounced;
}

/// The field's value, unfolded, in UTF-8.
std::string value_of(const FieldBlock& group, std::string_view name) {
  const std::string_view* const field = group.find(name);
  return field == nullptr ? std::string() : std::string(trim(decode_header(*field)));
}

void add_alias(ReportedRecipient& recipient, std::string address) {
  if (address.empty() || iequals(address, recipient.address)) return;
  recipient.aliases.push_back(std::move(address));
}

/// One group of per-recipient fields (RFC 3464, section 2.3).
std::optional<ReportedRecipient> recipient_of(const FieldBlock& group, std::string_view notice) {
  const std::string original = typed_address(value_of(group, "original-recipient"));
  ReportedRecipient recipient;
  recipient.address = typed_address(value_of(group, "final-recipient"));
  if (recipient.address.empty()) recipient.address = original;
  if (recipient.address.empty()) return std::nullopt;
  add_alias(recipient, original);
  if (original.find('+') != std::string::npos)
    add_alias(recipient, typed_address(from_xtext(original)));
  add_alias(recipient, typed_address(value_of(group, "x-actual-recipient")));

  const std::string status = value_of(group, "status");
  recipient.status_code = status_code_in(status);
  const std::optional<ReportedState> state =
      state_of(value_of(group, "action"), recipient.status_code);
  if (!state) return std::nullopt;
  recipient.state = *state;
  std::string words = value_of(group, "diagnostic-code");
  if (const std::size_t type = words.find(';'); type != std::string::npos && type < 20) {
    words.erase(0, type + 1);
  }
  std::string told = trim(words).empty() ? words_about(notice, recipient.address) : words;
  if (told.empty()) told = status;
  recipient.words = report_words(told);
  // What the next server said is often surer than the status: "5.0.0" with "550 5.1.1 …".
  recipient.reason = failure_reason(recipient.status_code, recipient.words);
  if (recipient.reason == FailureReason::other) {
    const std::string about = words_about(notice, recipient.address);
    recipient.reason = failure_reason(recipient.status_code, about);
  }
  return recipient;
}

/// Blank lines separate the groups; the first is about the whole mail.
std::vector<ReportedRecipient> status_recipients(std::string_view bytes, std::string_view notice) {
  bytes = bytes.substr(0, kStatusOctets);
  std::vector<ReportedRecipient> recipients;
  std::size_t begin = 0;
  Lines lines(bytes);
  std::string_view line;
  const auto take = [&](std::size_t end) {
    if (end <= begin || recipients.size() >= kReportedRecipients) return;
    const FieldBlock group = split_fields(bytes.substr(begin, end - begin), {}, false);
    if (group.find("final-recipient") == nullptr && group.find("original-recipient") == nullptr) {
      return;
    }
    if (std::optional<ReportedRecipient> one = recipient_of(group, notice)) {
      recipients.push_back(std::move(*one));
    }
  };
  for (std::size_t at = 0; lines.next(line); at = lines.position()) {
    if (!trim(line).empty()) continue;
    take(at);
    begin = lines.position();
  }
  take(bytes.size());
  return recipients;
}

class Marks {
 public:
  void id(std::string_view value) {
    for (std::string& one : parse_message_ids(value, 1)) add(std::move(one));
  }
  void addresses(std::string_view value) {
    for (Address& one : parse_addresses(value, {}, 2)) add(std::move(one.address));
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(marks_); }

 private:
  void add(std::string mark) {
    if (mark.empty() || marks_.size() >= kMarks) return;
    if (std::find(marks_.begin(), marks_.end(), mark) == marks_.end())
      marks_.push_back(std::move(mark));
  }
  std::vector<std::string> marks_;
};

constexpr std::string_view kAddressFields[] = {"reply-to", "return-path", "from"};

void marks_of_headers(std::string_view bytes, Marks& marks) {
  const FieldBlock block = split_fields(bytes.substr(0, kReturnedOctets), {}, true);
  if (const std::string_view* id = block.find("message-id")) marks.id(*id);
  for (const std::string_view name : kAddressFields) {
    if (const std::string_view* value = block.find(name)) marks.addresses(*value);
  }
}

/// Headers that stand in the text, as the systems write them that return the mail there.
void marks_of_text(std::string_view text, Marks& marks) {
  text = text.substr(0, kReportText);
  for (const std::string_view wanted : {"message-id", "reply-to", "return-path"}) {
    Lines lines(text);
    std::string_view line;
    while (lines.next(line)) {
      const std::string_view field = trim(line);
      if (!istarts_with(field, wanted) || field.substr(wanted.size(), 1) != ":") continue;
      std::string value(field.substr(wanted.size() + 1));
      // Folded behind the name: the id stands alone on the next line.
      std::string_view more;
      if (trim(value).empty() && lines.next(more)) value = more;
      if (wanted == "message-id") {
        marks.id(value);
      } else {
        marks.addresses(value);
      }
    }
  }
}

std::vector<std::string> marks_of(const Message& message) {
  Marks marks;
  for (const Attachment& part : message.attachments) {
    if (is_returned(part)) marks_of_headers(part.bytes, marks);
  }
  marks_of_text(message.text, marks);
  return marks.take();
}

std::optional<DeliveryReport> read_report(const Message& message) {
  std::optional<DeliveryReport> report;
  for (const Attachment& part : message.attachments) {
    if (!is_status(part)) continue;
    std::vector<ReportedRecipient> recipients =
        status_recipients(part.bytes, notice_of(message.text));
    if (recipients.empty()) continue;
    report = DeliveryReport{"rfc3464", true, std::move(recipients), {}};
    break;
  }
  if (!report) report = recognise_report(message);
  if (!report) return std::nullopt;
  for (ReportedRecipient& one : report->recipients) {
    one.hard = one.state == ReportedState::bounced && is_hard(one.reason);
  }
  report->marks = marks_of(message);
  return report;
}

}  // namespace

std::optional<DeliveryReport> read_delivery_report(const Message& message) noexcept {
  try {
    return read_report(message);
  } catch (const std::exception&) {
    return std::nullopt;  // out of memory: it is an ordinary mail then
  }
}

}  // namespace madoguchi::mail
