// SPDX-License-Identifier: Apache-2.0
#include "core/service/audit_trail.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/guarded.h"
#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/crypto/signing_key.h"
#include "core/service/log_messages.h"
#include "core/store/hub_secrets.h"

namespace madoguchi::service {
namespace {

constexpr int kLinksAtOnce = 500;
constexpr std::int64_t kSignEvery = 10'000;
constexpr std::chrono::minutes kSignAfter{5};
constexpr std::chrono::seconds kPause{1};

/// Appends a line that survives a power failure; what went wrong, or empty.
std::string append_durably(const std::filesystem::path& file, const std::string& line) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) return std::strerror(errno);
  const ssize_t written = ::write(descriptor, line.data(), line.size());
  const bool done = written == static_cast<ssize_t>(line.size()) && ::fsync(descriptor) == 0;
  std::string why = done ? "" : std::strerror(errno);
  ::close(descriptor);
  return why;
}

}  // namespace

std::string signed_text(const std::string& hub, const store::AuditCheckpoint& checkpoint) {
  return "madoguchi audit checkpoint\n" + hub + "\n" + std::to_string(checkpoint.position) + "\n" +
         crypto::to_hex(checkpoint.hash) + "\n" + to_rfc3339(checkpoint.at) + "\n";
}

AuditTrail::AuditTrail(const Environment& env, std::filesystem::path kept)
    : env_(env),
      kept_(std::move(kept)),
      sealed_(env.metrics.gauge("madoguchi_audit_sealed",
                                "Changes of the history in its chain of hashes.")) {}

Result<std::int64_t> AuditTrail::seal() {
  std::int64_t sealed = 0;
  while (true) {
    using Links = std::vector<store::ChangeLink>;
    const auto below = env_.database.read([](db::Session& session) {
      return Result<store::Changes::Horizon>(store::Changes(session).horizon());
    });
    if (!below) return fail(below.error());
    const Result<Links> links = env_.database.read([&](db::Session& session) -> Result<Links> {
      store::AuditChain chain(session);
      return chain.continued(chain.newest(), *below, kLinksAtOnce);
    });
    if (!links) return fail(links.error());
    if (links->empty()) return sealed;
    const Result<void> done = env_.database.in_transaction([&](db::Session& session) {
      store::AuditChain(session).append(*links);
      return Result<void>();
    });
    // Another process was first: it goes on where that one stopped.
    if (!done && done.error().code != ErrorCode::conflict) return fail(done.error());
    if (!done) continue;
    sealed += static_cast<std::int64_t>(links->size());
    sealed_.set(static_cast<double>(links->back().position));
  }
}

Result<AuditTrail::Ends> AuditTrail::ends() {
  return env_.database.read([](db::Session& session) -> Result<Ends> {
    store::AuditChain chain(session);
    return Ends{chain.newest(), chain.newest_checkpoint()};
  });
}

Result<void> AuditTrail::sign_when_due() {
  const Result<Ends> there = ends();
  if (!there) return fail(there.error());
  const auto& last = there->signed_last;
  const std::int64_t since = there->newest.position - (last ? last->position : 0);
  const bool due = since >= kSignEvery || !last || env_.clock.now() - last->at >= kSignAfter;
  return since > 0 && due ? sign(there->newest) : Result<void>();
}

Result<void> AuditTrail::sign() {
  const Result<Ends> there = ends();
  if (!there) return fail(there.error());
  const std::int64_t last = there->signed_last ? there->signed_last->position : 0;
  return there->newest.position > last ? sign(there->newest) : Result<void>();
}

Result<Secret> AuditTrail::signing_key() {
  return env_.database.in_transaction([&](db::Session& session) {
    return store::HubSecrets(session, env_.keys).get_or_make("audit_signing");
  });
}

Result<void> AuditTrail::sign(const store::ChangeLink& newest) {
  const Result<Secret> key = signing_key();
  if (!key) return fail(key.error());
  store::AuditCheckpoint made{newest.position, newest.hash, env_.clock.now(), {}};
  made.signature = crypto::ed25519_sign(*key, signed_text(env_.hub_id, made));
  const Result<void> stored = env_.database.in_transaction([&](db::Session& session) {
    store::AuditChain(session).append(made);
    return Result<void>();
  });
  if (!stored && stored.error().code == ErrorCode::conflict) return {};  // another process has
  if (!stored) return stored;
  keep(checkpoint_dto(env_.hub_id, crypto::ed25519_public_key(*key), made));
  return {};
}

void AuditTrail::keep(const AuditCheckpointDto& checkpoint) {
  env_.log.write(kAuditCheckpoint, {{"hub", checkpoint.hub},
                                    {"position", checkpoint.position},
                                    {"hash", checkpoint.hash},
                                    {"at", to_rfc3339(checkpoint.at)},
                                    {"public_key", checkpoint.public_key},
                                    {"signature", checkpoint.signature}});
  if (kept_.empty()) return;
  const std::string why = append_durably(kept_, json::to_string(checkpoint) + "\n");
  if (!why.empty()) env_.log.write(kAuditNotKept, {{"file", kept_.string()}, {"error", why}});
}

void AuditTrail::run(const std::stop_token& stop) {
  Monitor<bool> stopping(false);
  const std::stop_callback wake(stop, [&] { stopping.update([](bool& set) { set = true; }); });
  bool failing = false;
  while (true) {
    const bool last = stop.stop_requested();
    const Result<std::int64_t> sealed = seal();
    Result<void> done = sealed ? Result<void>() : fail(sealed.error());
    if (done) done = last ? sign() : sign_when_due();
    if (!done && !failing) env_.log.write(kAuditFailed, {{"error", done.error()}});
    failing = !done;
    if (last) return;
    stopping.wait_until(
        std::chrono::steady_clock::now() + kPause, [](const bool& set) { return set; },
        [](bool&) {});
  }
}

Result<AuditStateDto> AuditTrail::state() {
  const Result<Secret> key = signing_key();
  if (!key) return fail(key.error());
  const std::string public_key = crypto::ed25519_public_key(*key);
  return env_.database.read([&](db::Session& session) -> Result<AuditStateDto> {
    store::AuditChain chain(session);
    const store::ChangeLink newest = chain.newest();
    AuditStateDto state{newest.position, chain.unsealed(newest), crypto::to_base64(public_key), {}};
    if (const auto last = chain.newest_checkpoint()) {
      state.checkpoint = checkpoint_dto(env_.hub_id, public_key, *last);
    }
    return state;
  });
}

}  // namespace madoguchi::service
