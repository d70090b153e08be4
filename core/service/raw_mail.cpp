// SPDX-License-Identifier: Apache-2.0
#include "core/service/raw_mail.h"

namespace madoguchi::service {
namespace {

/// More than the reader takes of headers (core/mail/read.h).
constexpr std::size_t kHead = std::size_t{512} * 1024;

Result<std::string> open_early(const Environment& env, const store::IntakeRecord& record) {
  return env.keys.open(record.sealed, "intake|raw|" + record.id.str() + "|1");
}

Result<void> read_raw(const Environment& env, const store::IntakeRecord& record,
                      const store::Blobs::Take& take) {
  if (record.sealed.empty()) return env.blobs.read_pieces(record.id.str(), take);
  const Result<std::string> raw = open_early(env, record);
  if (!raw) return fail(raw.error());
  (void)take(*raw);
  return {};
}

}  // namespace

Result<std::string> open_raw(const Environment& env, const store::IntakeRecord& record) {
  return env.database.read([&](db::Session& session) { return open_raw(env, session, record); });
}

Result<std::string> open_raw(const Environment& env, db::Session& session,
                             const store::IntakeRecord& record) {
  return record.sealed.empty() ? env.blobs.read(session, record.id.str()) : open_early(env, record);
}

Result<std::string> open_raw_head(const Environment& env, const store::IntakeRecord& record) {
  std::string head;
  const Result<void> read = read_raw(env, record, [&](std::string_view piece) {
    head += piece;
    return head.size() < kHead;
  });
  if (!read) return fail(read.error());
  return head;
}

Result<Content> raw_content(const Environment& env, const store::IntakeRecord& record,
                            const std::string& name) {
  ContentCollector collector(env.scratch);
  const Result<void> read = read_raw(env, record, collector.taker());
  if (!read) return fail(read.error());
  return collector.finish(name + ".eml", "message/rfc822");
}

}  // namespace madoguchi::service
