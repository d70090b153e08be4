// SPDX-License-Identifier: Apache-2.0
#include "core/service/attachment_content.h"

#include <optional>

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/mail/read.h"
#include "core/service/log_messages.h"
#include "core/service/raw_mail.h"
#include "core/store/intake.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

std::optional<std::string> cut_from(const Environment& env, db::Session& session,
                                    const domain::IntakeId& id, const std::string& sha256) {
  const std::optional<store::IntakeRecord> record = store::Intake(session).by_id(id);
  if (!record) return std::nullopt;
  const Result<std::string> raw = open_raw(env, session, *record);
  if (!raw) return std::nullopt;
  for (mail::Attachment& file : mail::read(*raw).attachments) {
    if (crypto::to_hex(crypto::sha256(file.bytes)) == sha256) return std::move(file.bytes);
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> read_attachment(const Environment& env, db::Session& session,
                                    const std::string& sha256) {
  Result<std::string> kept = env.blobs.read(session, sha256);
  if (kept) return kept;
  for (const domain::IntakeId& mail : store::Messages(session).mails_with(sha256)) {
    std::optional<std::string> bytes = cut_from(env, session, mail, sha256);
    if (!bytes) continue;
    const Result<void> mended = env.blobs.mend(sha256, *bytes);
    env.log.write(kAttachmentMended,
                  {{"intake", mail}, {"sha256", sha256}, {"kept", mended.has_value()}});
    return std::move(*bytes);
  }
  return kept;
}

}  // namespace madoguchi::service
