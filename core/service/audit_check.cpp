// SPDX-License-Identifier: Apache-2.0
// AuditTrail::verify
#include <map>

#include "core/crypto/encoding.h"
#include "core/crypto/signing_key.h"
#include "core/service/audit_trail.h"

namespace madoguchi::service {
namespace {

constexpr int kCheckedAtOnce = 1000;
constexpr std::size_t kMostFindings = 50;

/// A signature, and where it was found.
struct Kept {
  std::string hub;
  store::AuditCheckpoint checkpoint;
  const char* where = "";
};
using ByPosition = std::multimap<std::int64_t, Kept>;

Error unreadable(std::size_t line, const std::string& why) {
  return Error::invalid("/kept",
                        {"Line " + std::to_string(line) + " is no checkpoint: " + why,
                         std::to_string(line) + " 行目はチェックポイントではありません。"});
}

Result<Kept> kept_of(std::string_view line, std::size_t number) {
  const Result<AuditCheckpointDto> dto = json::read<AuditCheckpointDto>(line);
  if (!dto) return fail(unreadable(number, dto.error().describe()));
  const Result<std::string> hash = crypto::from_base64(dto->hash);
  const Result<std::string> signature = crypto::from_base64(dto->signature);
  if (!hash || !signature) return fail(unreadable(number, "not base64"));
  return Kept{dto->hub, {dto->position, *hash, dto->at, *signature}, "the file"};
}

Result<void> read_lines(std::string_view text, ByPosition& into) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (line.empty()) continue;
    Result<Kept> kept = kept_of(line, number);
    if (!kept) return fail(std::move(kept.error()));
    into.emplace(kept->checkpoint.position, std::move(*kept));
  }
  return {};
}

/// Goes along the chain and writes down what does not fit.
class Check {
 public:
  Check(AuditReport& report, const ByPosition& kept, const std::string& hub,
        const std::string& public_key)
      : report_(report), kept_(kept), hub_(hub), public_key_(public_key) {}

  void link(const store::CheckedLink& checked) {
    const store::ChangeLink& link = checked.link;
    const std::string name = "change " + std::to_string(link.change.sequence);
    if (link.position != before_.position + 1) {
      found(before_.position + 1, "the hashes of " +
                                      std::to_string(link.position - before_.position - 1) +
                                      " changes are gone");
    } else if (!checked.row) {
      found(link.position, name + " was deleted");
    } else if (store::link_hash(before_.hash, *checked.row) != link.hash) {
      found(link.position, name + " was modified, or its hash was");
    }
    before_ = link;
    const auto [begin, end] = kept_.equal_range(link.position);
    for (auto it = begin; it != end; ++it) signature(it->second);
  }

  void end() {
    for (auto it = kept_.upper_bound(before_.position); it != kept_.end(); ++it) {
      found(it->first, "the history ends at " + std::to_string(before_.position) +
                           ", but this position was signed at " +
                           to_rfc3339(it->second.checkpoint.at) + ": its end was cut off");
    }
  }

  void found(std::int64_t position, std::string what) {
    report_.more = report_.findings.size() >= kMostFindings;
    if (!report_.more) report_.findings.push_back({position, std::move(what)});
  }
  void start(const store::ChangeLink& first) { before_ = first; }
  [[nodiscard]] std::int64_t position() const { return before_.position; }

 private:
  void signature(const Kept& kept) {
    const store::AuditCheckpoint& checkpoint = kept.checkpoint;
    ++report_.checkpoints;
    const std::string where = std::string(" (checkpoint of ") + kept.where + ")";
    if (kept.hub != hub_ ||
        !crypto::ed25519_signature_holds(public_key_, signed_text(kept.hub, checkpoint),
                                         checkpoint.signature)) {
      found(checkpoint.position, "this hub has not signed it" + where);
    } else if (checkpoint.hash != before_.hash) {
      found(checkpoint.position, "the history up to here is not the one that was signed at " +
                                     to_rfc3339(checkpoint.at) + where);
    }
  }

  AuditReport& report_;
  const ByPosition& kept_;
  const std::string& hub_;
  const std::string& public_key_;
  store::ChangeLink before_;
};

Result<void> read_signed(db::Database& database, const std::string& hub, ByPosition& into) {
  std::int64_t after = 0;
  while (true) {
    using Checkpoints = std::vector<store::AuditCheckpoint>;
    const Result<Checkpoints> some =
        database.read([&](db::Session& session) -> Result<Checkpoints> {
          return store::AuditChain(session).checkpoints_after(after, kCheckedAtOnce);
        });
    if (!some) return fail(some.error());
    if (some->empty()) return {};
    after = some->back().position;
    for (const auto& one : *some) into.emplace(one.position, Kept{hub, one, "the database"});
  }
}

}  // namespace

AuditCheckpointDto checkpoint_dto(const std::string& hub, const std::string& public_key,
                                  const store::AuditCheckpoint& checkpoint) {
  return {hub,           checkpoint.position,           crypto::to_base64(checkpoint.hash),
          checkpoint.at, crypto::to_base64(public_key), crypto::to_base64(checkpoint.signature)};
}

Result<AuditReport> AuditTrail::verify(std::string_view kept) {
  const Result<Secret> key = signing_key();
  if (!key) return fail(key.error());
  const std::string public_key = crypto::ed25519_public_key(*key);
  ByPosition checkpoints;
  if (Result<void> read = read_lines(kept, checkpoints); !read) return fail(read.error());
  if (Result<void> read = read_signed(env_.database, env_.hub_id, checkpoints); !read) {
    return fail(read.error());
  }
  AuditReport report;
  Check check(report, checkpoints, env_.hub_id, public_key);
  const Result<store::Changes::Horizon> below = env_.database.read([](db::Session& session) {
    return Result<store::Changes::Horizon>(store::Changes(session).horizon());
  });
  if (!below) return fail(below.error());
  const Result<store::ChangeLink> newest =
      env_.database.read([&](db::Session& session) -> Result<store::ChangeLink> {
        session.without_time_limit();
        store::AuditChain chain(session);
        store::ChangeLink link = chain.newest();
        link.change = store::Changes(session).place(link.change, *below);
        for (const std::int64_t sequence :
             chain.changes_left_out(link, static_cast<int>(kMostFindings) + 1)) {
          check.found(0, "change " + std::to_string(sequence) + " was put among older ones");
        }
        return link;
      });
  if (!newest) return fail(newest.error());
  check.start({0, {}, store::first_hash()});
  report.sealed = newest->position;
  while (check.position() < newest->position) {
    using Links = std::vector<store::CheckedLink>;
    const Result<Links> links = env_.database.read([&](db::Session& session) -> Result<Links> {
      return store::AuditChain(session).links_after(check.position(), kCheckedAtOnce);
    });
    if (!links) return fail(links.error());
    if (links->empty()) break;
    for (const store::CheckedLink& link : *links) check.link(link);
  }
  check.end();
  return report;
}

}  // namespace madoguchi::service
