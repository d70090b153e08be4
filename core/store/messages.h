// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/db/session.h"
#include "core/domain/message.h"
#include "core/text/needle.h"

namespace madoguchi::store {

/// What a message is found by: its words, folded (core/text/fold.h), and cut (core/text/bigrams.h).
struct FoundBy {
  std::string folded;
  std::string grams;
};

/// Messages with their attachments and deliveries, and the index they are found by.
class Messages {
 public:
  explicit Messages(db::Session& session) : session_(session) {}

  /// Sets `value.sequence`; writes attachments and deliveries too. A content key that is there
  /// already is a Failure of kind unique_violation: ask by_content_key first.
  void insert(domain::Message& value);
  /// Of a reply, once its sequence is known.
  void set_mime_message_id(const domain::MessageId& id, const std::string& mime_message_id);
  /// A reply that was held back goes on from `from`: its Sending, Message-ID, sent_at and
  /// deliveries are written; false when it is no longer in that state, whatever its version is.
  [[nodiscard]] bool move_on(domain::Message& value, domain::SendingState from);
  /// The text of a note or an entry recorded by hand; false when it is no longer at that version.
  [[nodiscard]] bool correct(domain::Message& value);
  /// What redecoding may change: subject, names of people and attachments, texts, notices; false
  /// when it is no longer at that version.
  [[nodiscard]] bool redecode(domain::Message& value);
  /// Makes the message findable once this unit of work is committed; on SQLite soon after
  /// (db::Session::soon), because many are cheaper together.
  void index(std::int64_t sequence, const FoundBy& words);
  /// The same after a correction; `old` is exactly what it was found by before.
  void index_again(std::int64_t sequence, const FoundBy& old, const FoundBy& words);
  /// Messages, after that one, that a crash kept from being indexed; those without words among
  /// them.
  [[nodiscard]] std::vector<std::int64_t> not_indexed(std::int64_t after, int limit);
  /// Joins what recent mails left in the word index: a bounded piece of work, to be called again
  /// and again; searching gets slower without it. PostgreSQL does it by itself.
  void merge_index();

  [[nodiscard]] std::optional<domain::Message> by_id(const domain::MessageId& id);
  [[nodiscard]] std::optional<domain::Message> by_sequence(std::int64_t sequence);
  /// With everything, in the order of arrival, after `after` (0: from the beginning).
  [[nodiscard]] std::vector<domain::Message> of_case(const domain::CaseId& id, std::int64_t after,
                                                     int limit);
  /// The beginning of each case's first entry.
  [[nodiscard]] std::vector<std::string> beginnings(const std::vector<domain::CaseId>& cases);

  /// A call that somebody has promised, until the case has a later one.
  struct CallBack {
    TimePoint at;
    std::int64_t sequence = 0;
    domain::MessageId id;
  };
  /// The earliest first, those behind `after`.
  [[nodiscard]] std::vector<CallBack> call_backs(const std::optional<CallBack>& after, int limit);

  /// A head of a message: what threading needs.
  struct Head {
    domain::MessageId id;
    std::int64_t sequence = 0;
    domain::CaseId case_id;
  };
  /// None of a case that was erased: nothing goes on there.
  [[nodiscard]] std::optional<Head> head_by_sequence(std::int64_t sequence);
  [[nodiscard]] std::optional<Head> by_content_key(const std::string& key);
  /// The stored messages with one of these Message-IDs, newest first; of each the newest five.
  [[nodiscard]] std::vector<Head> by_mime_ids(const std::vector<std::string>& ids);
  /// Whether mail went from or to that address (EmailAddress::key) in the case.
  [[nodiscard]] bool takes_part(const domain::CaseId& id, const std::string& address_key);
  [[nodiscard]] std::optional<Head> newest_of_case(const domain::CaseId& id);
  /// The Message-IDs of the case's mails, oldest first, the last `limit` of them.
  [[nodiscard]] std::vector<std::string> mime_ids_of_case(const domain::CaseId& id, int limit);

  /// Cases that hold a message with all `words`, newest message first: sequences of the messages,
  /// at most `limit`, each below `before`. Nothing when there is no word to find.
  struct Hit {
    std::int64_t sequence = 0;
    domain::CaseId case_id;
    TimePoint at;  ///< when it came into the hub
  };
  /// Of these kinds only, unless there are none.
  [[nodiscard]] std::vector<Hit> search(const std::vector<text::Needle>& words, std::int64_t before,
                                        int limit,
                                        const std::vector<domain::MessageKind>& kinds = {});

  /// Whether a message of the case after `sequence` holds all `words` too.
  [[nodiscard]] bool newer_hit(const std::vector<text::Needle>& words, const domain::CaseId& id,
                               std::int64_t sequence,
                               const std::vector<domain::MessageKind>& kinds = {});

  /// An attachment that was uploaded and belongs to no message yet.
  void insert_upload(const domain::Attachment& attachment, const domain::AgentId& by, TimePoint at);
  struct Upload {
    domain::Attachment attachment;
    std::optional<domain::MessageId> message;
    std::optional<domain::AgentId> uploaded_by;
  };
  [[nodiscard]] std::optional<Upload> attachment(const domain::AttachmentId& id);
  /// Some of the mails that brought an attachment of this content.
  [[nodiscard]] std::vector<domain::IntakeId> mails_with(const std::string& content);
  /// Octets of the agent's uploads that belong to no message yet.
  [[nodiscard]] std::int64_t waiting_octets(const domain::AgentId& by);
  /// Forgets some uploads older than `before` that no message and no draft has taken; the names of
  /// their contents (Blobs).
  [[nodiscard]] std::vector<std::string> forget_uploads(TimePoint before);

  /// What a delivery report said stays: who reports knows more than who sends.
  void set_delivery(const domain::MessageId& id, const domain::Delivery& delivery);

 private:
  [[nodiscard]] std::vector<domain::Message> complete(const db::Rows& rows);

  db::Session& session_;
};

}  // namespace madoguchi::store
