// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/pop3_intake.h"

#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"

namespace madoguchi::connectors::mail_intake {
namespace {

using connector::CallOptions;
using connector::FetchedMail;
using connector::MailBatch;

constexpr std::size_t kMailsAtOnce = 200;
constexpr std::int64_t kOctetsAtOnce = std::int64_t{16} << 20U;
constexpr std::size_t kCutTo = std::size_t{1} << 20U;

ShortUids those_in(const ShortUids& some, const ShortUids& present) {
  ShortUids out;
  for (const std::string& uid : some) {
    if (present.count(uid) != 0) out.insert(uid);
  }
  return out;
}

}  // namespace

/// The cursor, taken apart.
struct Pop3Intake::State {
  bool connected = false;
  ShortUids seen;
  ShortUids old;
  ShortUids pending;

  explicit State(const UidlCursor& cursor)
      : connected(cursor.connected),
        seen(short_uids(cursor.seen)),
        old(short_uids(cursor.old)),
        pending(short_uids(cursor.pending)) {}

  void keep_only(const ShortUids& present) {
    seen = those_in(seen, present);
    old = those_in(old, present);
    pending = those_in(pending, present);
  }
  [[nodiscard]] UidlCursor cursor() const {
    return {connected, to_text(seen), to_text(old), to_text(pending)};
  }
};

std::string short_uid(std::string_view uidl) {
  const crypto::Digest digest = crypto::sha256(uidl);
  return std::string(crypto::as_bytes(digest).substr(0, kShortUid));
}

ShortUids short_uids(const std::string& text) {
  ShortUids uids;
  const Result<std::string> bytes = crypto::from_base64(text);
  if (!bytes) return uids;
  for (std::size_t at = 0; at + kShortUid <= bytes->size(); at += kShortUid) {
    uids.insert(bytes->substr(at, kShortUid));
  }
  return uids;
}

std::string to_text(const ShortUids& uids) {
  std::string bytes;
  for (const std::string& uid : uids) bytes += uid;
  return crypto::to_base64(bytes);
}

Result<std::unique_ptr<Pop3>> Pop3Intake::connect(const CallOptions& call) {
  Result<Secret> token = tokens_.access(call);
  if (!token) return fail(std::move(token.error()));
  Result<std::unique_ptr<Pop3>> pop3 = Pop3::open(options_, *token, clock_, call);
  if (pop3 || !options_.oauth || pop3.error().code != ErrorCode::unauthenticated) return pop3;
  tokens_.forget_access();  // it may have been revoked before its time
  token = tokens_.access(call);
  if (!token) return fail(std::move(token.error()));
  return Pop3::open(options_, *token, clock_, call);
}

Result<MailBatch> Pop3Intake::fetch(const std::string& cursor, const CallOptions& call) {
  Result<Cursor> known = parse_cursor(cursor);
  if (!known) return fail(std::move(known.error()));
  tokens_.restore(known->refresh);
  Result<std::unique_ptr<Pop3>> pop3 = connect(call);
  if (!pop3) return fail(std::move(pop3.error()));
  const Result<std::vector<Pop3Mail>> listed = (*pop3)->list(call);
  if (!listed) return fail(listed.error());
  ShortUids present;
  for (const Pop3Mail& mail : *listed) present.insert(short_uid(mail.uidl));
  State state(known->uidl);
  if (!state.connected) {
    state.connected = true;
    (options_.first_run == FirstRun::nothing ? state.seen : state.old) = present;
  }
  state.keep_only(present);

  MailBatch batch;
  std::int64_t octets = 0;
  for (const Pop3Mail& mail : *listed) {
    if (state.seen.count(short_uid(mail.uidl)) != 0) continue;
    batch.more = batch.mails.size() >= kMailsAtOnce ||
                 (!batch.mails.empty() && octets + mail.size > kOctetsAtOnce);
    if (batch.more) break;
    if (Result<void> taken = take(**pop3, mail, state, batch, call); !taken) {
      if (batch.mails.empty()) return fail(std::move(taken.error()));
      batch.more = true;  // the rest with a new connection
      break;
    }
    octets += batch.mails.empty() ? 0 : static_cast<std::int64_t>(batch.mails.back().raw.size());
  }
  static_cast<void>((*pop3)->quit(call));
  known->uidl = state.cursor();
  known->refresh = tokens_.kept();
  batch.cursor = to_text(*known);
  return batch;
}

Result<void> Pop3Intake::take(Pop3& pop3, const Pop3Mail& listed, State& state, MailBatch& batch,
                              const CallOptions& call) {
  const bool is_huge = listed.size > options_.max_mail;
  Result<std::string> raw =
      is_huge ? pop3.beginning(listed, kCutTo, call) : pop3.retrieve(listed, call);
  if (!raw && !pop3.refused()) return fail(std::move(raw.error()));
  const std::string uid = short_uid(listed.uidl);
  state.seen.insert(uid);
  const bool is_old = state.old.erase(uid) != 0;
  if (!raw || raw->empty()) {
    batch.skipped.push_back(listed.uidl);
    return {};
  }
  FetchedMail mail;
  mail.raw = std::move(*raw);
  mail.place = listed.uidl;
  mail.is_old = is_old;
  mail.is_cut = is_huge;
  batch.mails.push_back(std::move(mail));
  if (options_.after == After::remove && !is_huge) state.pending.insert(uid);
  return {};
}

Result<std::string> Pop3Intake::acknowledge(const std::string& cursor, const CallOptions& call) {
  Result<Cursor> known = parse_cursor(cursor);
  if (!known) return fail(std::move(known.error()));
  if (known->uidl.pending.empty()) return cursor;
  tokens_.restore(known->refresh);
  if (options_.after == After::remove) {
    const ShortUids pending = short_uids(known->uidl.pending);
    Result<std::unique_ptr<Pop3>> pop3 = connect(call);
    if (!pop3) return fail(std::move(pop3.error()));
    const Result<std::vector<Pop3Mail>> listed = (*pop3)->list(call);
    if (!listed) return fail(listed.error());
    for (const Pop3Mail& mail : *listed) {
      if (pending.count(short_uid(mail.uidl)) == 0) continue;
      if (Result<void> done = (*pop3)->remove(mail, call); !done) return fail(done.error());
    }
    if (Result<void> done = (*pop3)->quit(call); !done) return fail(done.error());
  }
  known->uidl.pending.clear();
  known->refresh = tokens_.kept();
  return to_text(*known);
}

Result<void> Pop3Intake::probe(const CallOptions& call) {
  Result<std::unique_ptr<Pop3>> pop3 = connect(call);
  if (!pop3) return fail(std::move(pop3.error()));
  const Result<std::vector<Pop3Mail>> listed = (*pop3)->list(call);
  if (!listed) return fail(listed.error());
  static_cast<void>((*pop3)->quit(call));
  return {};
}

}  // namespace madoguchi::connectors::mail_intake
