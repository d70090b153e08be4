// SPDX-License-Identifier: Apache-2.0
#include "core/service/attachment_content.h"

#include <optional>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/mail/read.h"
#include "core/service/log_messages.h"
#include "core/service/raw_mail.h"
#include "core/service/room.h"
#include "core/store/intake.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

/// The mail, and what is decoded of it.
constexpr std::int64_t kTimesToCut = 2;

std::optional<std::string> cut_from(const Environment& env, db::Session& session,
                                    const domain::IntakeId& id, const std::string& sha256) {
  const std::optional<store::IntakeRecord> record = store::Intake(session).by_id(id);
  if (!record) return std::nullopt;
  const Result<Room> room = room_for(env, static_cast<std::size_t>(record->size * kTimesToCut),
                                     std::chrono::milliseconds(0));
  if (!room) return std::nullopt;
  const Result<std::string> raw = open_raw(env, session, *record);
  if (!raw) return std::nullopt;
  for (mail::Attachment& file : mail::read(*raw).attachments) {
    if (crypto::to_hex(crypto::sha256(file.bytes)) == sha256) return std::move(file.bytes);
  }
  return std::nullopt;
}

/// What a failure of the machine took, from one of the mails that brought it.
std::optional<std::string> mended(const Environment& env, db::Session& session,
                                  const std::string& sha256) {
  for (const domain::IntakeId& mail : store::Messages(session).mails_with(sha256)) {
    std::optional<std::string> bytes = cut_from(env, session, mail, sha256);
    if (!bytes) continue;
    const Result<void> kept = env.blobs.mend(sha256, *bytes);
    env.log.write(kAttachmentMended,
                  {{"intake", mail}, {"sha256", sha256}, {"kept", kept.has_value()}});
    return bytes;
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> read_attachment(const Environment& env, db::Session& session,
                                    const std::string& sha256) {
  Result<std::string> kept = env.blobs.read(session, sha256);
  if (kept) return kept;
  std::optional<std::string> bytes = mended(env, session, sha256);
  if (bytes) return std::move(*bytes);
  return kept;
}

Result<Content> attachment_content(const Environment& env, const domain::Attachment& attachment) {
  ContentCollector collector(env.scratch);
  const Result<void> kept = env.blobs.read_pieces(attachment.sha256, collector.taker());
  if (kept) return collector.finish(attachment.file_name, attachment.media_type);
  using Bytes = std::optional<std::string>;
  const Result<Bytes> bytes = env.database.read([&](db::Session& session) -> Result<Bytes> {
    return mended(env, session, attachment.sha256);
  });
  if (!bytes || !*bytes) return fail(kept.error());
  ContentCollector anew(env.scratch);
  (void)anew.take(**bytes);
  return anew.finish(attachment.file_name, attachment.media_type);
}

}  // namespace madoguchi::service
