// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/domain/agent.h"
#include "core/domain/case.h"
#include "core/domain/outgoing.h"

namespace madoguchi::domain {

struct MessageTag;
using MessageId = Id<MessageTag>;
struct AttachmentTag;
using AttachmentId = Id<AttachmentTag>;
struct IntakeTag;
using IntakeId = Id<IntakeTag>;

enum class MessageKind { inbound, reply, note, call };

struct NamedAddress {
  std::string name;
  std::string address;

  bool operator==(const NamedAddress&) const = default;
};

/// Where a message to one recipient stands.
enum class DeliveryState {
  draft,
  awaiting_approval,
  scheduled,
  queued,
  sent,
  deferred,
  bounced,
  failed,
  unknown
};

struct Delivery {
  std::string address;
  DeliveryState state = DeliveryState::queued;
  std::string detail;  ///< the other server's words
  TimePoint at;
  std::string reason = {};       ///< class of a failure, such as "unknown_user"; empty: none
  std::string status_code = {};  ///< "5.1.1"
  bool by_report = false;        ///< a delivery report said so: final for who sends
};

/// What a scanner said of a content; without a scanner nobody is asked, and there is none.
enum class ScanState { not_scanned, clean, infected };

struct ContentScan {
  ScanState state = ScanState::not_scanned;
  std::string detail;           ///< name of what was found, or why it could not be scanned
  std::optional<TimePoint> at;  ///< null: it still waits for the scanner

  [[nodiscard]] bool waits() const { return state == ScanState::not_scanned && !at; }
};

struct Attachment {
  AttachmentId id;
  std::string file_name;
  std::string media_type;
  std::int64_t size = 0;  ///< octets
  std::string sha256;     ///< hex; also where the content is stored
  bool is_inline = false;
  std::string content_id;
  std::optional<ContentScan> scan = std::nullopt;
};

enum class CallDirection { received, placed };
enum class CallOutcome { spoken, absent, call_back };

struct Call {
  CallDirection direction = CallDirection::received;
  std::string number;
  std::optional<TimePoint> from;
  std::optional<TimePoint> to;
  CallOutcome outcome = CallOutcome::spoken;
  std::optional<TimePoint> call_back_at;
  std::optional<AgentId> call_back_by;
};

/// The notice of a message that the hub sent by itself.
inline constexpr const char* kAutomaticNotice = "automatic";

/// One entry of a case.
struct Message {
  MessageId id;
  std::int64_t sequence = 0;  ///< order of arrival in the hub; set by the store
  CaseId case_id;
  MessageKind kind = MessageKind::inbound;
  NamedAddress from;
  std::vector<NamedAddress> to;
  std::vector<NamedAddress> cc;
  std::vector<NamedAddress> bcc;  ///< of a reply; in no header
  std::string subject;
  std::string text;
  std::string text_visible;  ///< new text only
  std::string html;          ///< sanitised
  std::vector<Attachment> attachments;
  std::string mime_message_id;  ///< without angle brackets
  std::string in_reply_to;
  std::vector<std::string> references;
  std::optional<TimePoint> sent_at;      ///< as the mail says
  std::optional<TimePoint> received_at;  ///< when the hub made it durable
  std::optional<AgentId> author;
  std::string author_name;
  std::optional<Call> call;
  std::vector<Delivery> delivery;
  Sending sending;                   ///< of a reply
  std::vector<std::string> notices;  ///< slugs, such as "unsure_charset", "sender_is_new"
  std::optional<IntakeId> intake;    ///< the mail it was read from
  std::string content_key;           ///< empty when it was no mail
  TimePoint created_at;
  std::int64_t version = 1;

  /// A reply that was called back or returned: it never went out.
  [[nodiscard]] bool is_withdrawn() const { return sending.state == SendingState::withdrawn; }
  /// Sent by the hub itself, not by an agent.
  [[nodiscard]] bool is_automatic() const {
    return std::find(notices.begin(), notices.end(), kAutomaticNotice) != notices.end();
  }
};

/// How a mail ended; every mail that was taken has exactly one of these.
enum class IntakeOutcome {
  undecided,
  case_opened,
  message_added,
  duplicate,
  ignored,      ///< a loop, or an own mail coming back
  bounce,       ///< a delivery report, applied to the message it is about
  filed,        ///< kept as external history
  quarantined,  ///< could not be read; kept whole
};

/// One stage of the decision where a mail belongs, and what it saw.
struct DecisionStep {
  std::string stage;
  std::string saw;
  bool decided = false;
};

}  // namespace madoguchi::domain
