// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/content.h"
#include "core/service/dto/message_dto.h"
#include "core/service/environment.h"
#include "core/service/scanning.h"

namespace madoguchi::service {

struct MessageListing {
  std::vector<MessageDto> items;
  std::optional<std::int64_t> next;  ///< sequence to go on behind
};

struct CallBackFilter {
  std::vector<std::string> by;  ///< "me", "none" or an agent's id; empty: anybody
  std::optional<TimePoint> before;
  int limit = 50;
};
struct CallBackListing {
  std::vector<MessageDto> items;
  std::optional<std::vector<std::string>> next;  ///< key to go on behind
};

/// The use cases of a case's entries. Safe for use by many threads.
class MessageService {
 public:
  explicit MessageService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<MessageListing> list(const domain::Caller& caller, const std::string& number,
                                            std::int64_t after, int limit);
  [[nodiscard]] Result<MessageDto> get(const domain::Caller& caller, const std::string& id);
  /// Calls that have been promised and are not made yet, the earliest first: entries of calls whose
  /// case has no later call.
  [[nodiscard]] Result<CallBackListing> call_backs(
      const domain::Caller& caller, const CallBackFilter& filter,
      const std::optional<std::vector<std::string>>& after);
  /// A reply is queued for sending in the same transaction, unless something holds it back
  /// (core/service/sending.h); a note never leaves the house.
  [[nodiscard]] Result<MessageDto> add(const Context& context, const std::string& number,
                                       const MessageCreateDto& wish);
  /// Corrects a note or an entry recorded by hand, never a mail; the old text stays in the history.
  [[nodiscard]] Result<MessageDto> correct(const Context& context, const std::string& id,
                                           const MessagePatchDto& wish);
  /// Reads the mail anew from its raw bytes by a charset that a person chose: texts, subject, names
  /// of people and attachments, and what it is found by. Also those of its case that came from
  /// them.
  [[nodiscard]] Result<MessageDto> redecode(const Context& context, const std::string& id,
                                            const std::string& charset);
  /// The same for many, each by itself: one that cannot be read stops no other.
  [[nodiscard]] Result<RedecodedDto> redecode(const Context& context,
                                              const RedecodeSelectionDto& wish);
  /// The mail as it came, byte for byte.
  [[nodiscard]] Result<Content> raw(const domain::Caller& caller, const std::string& id,
                                    const Risk& risk = {});
  [[nodiscard]] Result<DecisionDto> decision(const domain::Caller& caller, const std::string& id);

  /// A file for a reply or a note, seen by its uploader alone until then. An image that html can
  /// show gets a content id. Programs are refused; 409 when too much of the caller's waits already.
  [[nodiscard]] Result<AttachmentDto> upload(const Context& context, const std::string& file_name,
                                             const std::string& media_type, std::string_view bytes);
  [[nodiscard]] Result<Content> attachment(const domain::Caller& caller, const std::string& id,
                                           const Risk& risk = {});
  /// One that html may show, by its own octets (S8); what is none is not found.
  [[nodiscard]] Result<Content> image(const domain::Caller& caller, const std::string& id);
  /// What shows the message in a frame (core/mail/body_page.h); its images are at `images` + id.
  [[nodiscard]] Result<std::string> body_page(const domain::Caller& caller, const std::string& id,
                                              const std::string& images);
  /// Forgets uploads that nothing has used for a day; how many. Called from time to time.
  Result<int> forget_uploads();

 private:
  /// Leaves a trace where the caller takes an infected content, before he has it.
  [[nodiscard]] Result<void> trace_risk(const domain::Caller& caller, const domain::Message& of,
                                        const std::vector<domain::Attachment>& taken);

  const Environment& env_;
};

}  // namespace madoguchi::service
