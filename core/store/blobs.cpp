// SPDX-License-Identifier: Apache-2.0
#include "core/store/blobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "core/store/durable_file.h"

namespace madoguchi::store {
namespace {

constexpr std::size_t kChunk = 256 * 1024;
/// Of one content at a time on their way to the database or from it: the driver holds those in
/// memory of its own, and libpq keeps what it once had.
constexpr std::int64_t kChunksAtOnce = 4;

// Nothing becomes different; but the row is held until the commit, so that who forgets unused
// contents waits for it.
constexpr db::Statement kRecord{"blobs.record",
                                "INSERT INTO blobs (id, size, place, sealed) VALUES ($1, $2, $3, "
                                "$4) ON CONFLICT (id) DO UPDATE SET size = blobs.size"};
constexpr db::Statement kRecordChunk{
    "blobs.record_chunk",
    "INSERT INTO blob_chunks (blob_id, part, sealed) VALUES ($1, $2, $3) "
    "ON CONFLICT (blob_id, part) DO NOTHING"};
constexpr db::Statement kFind{"blobs.find", "SELECT place, sealed, size FROM blobs WHERE id = $1"};
constexpr db::Statement kChunks{"blobs.chunks",
                                "SELECT sealed FROM blob_chunks WHERE blob_id = $1 AND part >= $2 "
                                "AND part < $3 ORDER BY part"};

constexpr db::Statement kHold{"blobs.hold", "SELECT id FROM blobs WHERE id = $1",
                              "SELECT id FROM blobs WHERE id = $1 FOR UPDATE"};
constexpr db::Statement kForget{
    "blobs.forget",
    "DELETE FROM blobs WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM attachments WHERE sha256 = $1)"};
constexpr db::Statement kForgetChunks{"blobs.forget_chunks",
                                      "DELETE FROM blob_chunks WHERE blob_id = $1"};

constexpr db::Statement kReplace{"blobs.replace",
                                 "INSERT INTO blobs (id, size, place, sealed) VALUES ($1, $2, $3, "
                                 "$4) ON CONFLICT (id) DO UPDATE SET size = EXCLUDED.size, "
                                 "place = EXCLUDED.place, sealed = EXCLUDED.sealed"};

std::string aad_of(const std::string& name) { return "blobs|sealed|" + name + "|1"; }

/// Nothing when it cannot be read.
std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return {};
  std::string bytes(static_cast<std::size_t>(std::max<std::streamoff>(file.tellg(), 0)), '\0');
  file.seekg(0);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

/// Of a content of `size` octets.
std::string chunks_of(db::Session& session, const std::string& name, std::int64_t size) {
  std::string sealed;
  sealed.reserve(static_cast<std::size_t>(size) + kChunk);
  for (std::int64_t part = 0;; part += kChunksAtOnce) {
    const db::Rows chunks = session.run(kChunks, {name, part, part + kChunksAtOnce});
    for (const db::Row chunk : db::each(chunks)) sealed += chunk.text(0);
    if (chunks.size() < static_cast<std::size_t>(kChunksAtOnce)) return sealed;
  }
}

Error missing(const std::string& name) {
  return Error::internal(fmt::format("the content {} is missing or damaged", name));
}

}  // namespace

Blobs::Blobs(db::Database& database, const crypto::MasterKeys& keys,
             std::filesystem::path directory)
    : database_(database), keys_(keys), directory_(std::move(directory)) {}

std::filesystem::path Blobs::file_of(const std::string& name) const {
  return directory_ / name.substr(0, 2) / name;
}

Result<void> Blobs::write_file(const std::string& name, std::string_view sealed, Kind kind) const {
  const std::filesystem::path target = file_of(name);
  std::error_code error;
  if (std::filesystem::exists(target, error)) {
    // Young again, so that remove_strays leaves it alone until it is recorded.
    std::filesystem::last_write_time(target, std::filesystem::file_time_type::clock::now(), error);
    if (!error && kind == Kind::copy) return {};
    // What is there may be a copy, or left by a failure of the machine.
    if (!error && keys_.open(bytes_of(target), aad_of(name))) return make_durable(target);
  }
  const std::filesystem::path folder = target.parent_path();
  std::filesystem::create_directories(folder, error);
  if (error)
    return fail(Error::unavailable("creating " + folder.string() + ": " + error.message()));
  if (kind == Kind::copy) return write_whole(target, sealed);
  if (Result<void> kept = keep_folder(folder); !kept) return kept;
  return write_durably_unlisted(target, sealed);
}

/// Once for each that this process writes into: a copy may have made it, and waited for nothing.
Result<void> Blobs::keep_folder(const std::filesystem::path& folder) const {
  const std::string name = folder.filename().string();
  if (durable_folders_.with([&](const auto& known) { return known.count(name) != 0; })) return {};
  for (const std::filesystem::path& one : {folder, directory_}) {
    if (Result<void> kept = make_durable(one); !kept) return kept;
  }
  durable_folders_.with([&](auto& known) { known.insert(name); });
  return {};
}

Blobs::Prepared Blobs::prepare_replacement(std::string name, std::string_view content) const {
  Prepared blob;
  blob.size_ = static_cast<std::int64_t>(content.size());
  blob.sealed_ = keys_.seal(content, aad_of(name));
  blob.name_ = std::move(name);
  return blob;
}

Result<Blobs::Prepared> Blobs::prepare(std::string name, std::string_view content,
                                       Kind kind) const {
  Prepared blob = prepare_replacement(std::move(name), content);
  if (content.size() > kInRow && database_.engine() == db::Engine::sqlite) {
    if (Result<void> written = write_file(blob.name_, blob.sealed_, kind); !written) {
      return fail(std::move(written.error()));
    }
    blob.sealed_.clear();
  }
  return blob;
}

void Blobs::record(db::Session& session, const Prepared& blob) const {
  write(session, kRecord, blob);
}

bool Blobs::replace(db::Session& session, const Prepared& blob) const {
  const db::Rows before = session.run(kFind, {blob.name_});
  const bool was_file = !before.empty() && before.front().text(0) == "file";
  session.run(kForgetChunks, {blob.name_});
  write(session, kReplace, blob);
  return was_file;
}

void Blobs::write(db::Session& session, const db::Statement& statement, const Prepared& blob) {
  if (blob.sealed_.empty()) {
    session.queue(statement, {blob.name_, blob.size_, "file", nullptr});
  } else if (blob.sealed_.size() <= kChunk) {
    session.queue(statement, {blob.name_, blob.size_, "row", db::Bytes{blob.sealed_}});
  } else {
    session.queue(statement, {blob.name_, blob.size_, "chunks", nullptr});
    const std::string_view sealed = blob.sealed_;
    std::int64_t part = 0;
    for (std::size_t at = 0; at < sealed.size(); at += kChunk) {
      session.queue(kRecordChunk, {blob.name_, part++, db::Bytes{sealed.substr(at, kChunk)}});
      if (part % kChunksAtOnce == 0) session.flush();
    }
  }
}

void Blobs::forget_unused(db::Session& session, const std::string& name) const {
  (void)session.run(kHold, {name});
  // A statement of its own: on PostgreSQL it sees what was committed while the row was waited for.
  if (session.run(kForget, {name}).affected() == 1) session.run(kForgetChunks, {name});
}

Result<std::string> Blobs::read(const std::string& name) const {
  return database_.read([&](db::Session& session) { return read(session, name); });
}

Result<std::string> Blobs::read(db::Session& session, const std::string& name) const {
  const db::Rows rows = session.run(kFind, {name});
  if (rows.empty()) return fail(missing(name));
  const std::string_view place = rows.front().text(0);
  std::string sealed;
  if (place == "row") {
    sealed = rows.front().string(1);
  } else if (place == "chunks") {
    sealed = chunks_of(session, name, rows.front().integer(2));
  } else {
    sealed = bytes_of(file_of(name));
  }
  Result<std::string> content = keys_.open(sealed, aad_of(name));
  if (!content) return fail(missing(name));
  return content;
}

Result<void> Blobs::mend(const std::string& name, std::string_view content) const {
  if (database_.engine() != db::Engine::sqlite || content.size() <= kInRow) return {};
  return write_durably(file_of(name), keys_.seal(content, aad_of(name)));
}

Result<bool> Blobs::is_file(const std::string& name) const {
  return database_.read([&](db::Session& session) -> Result<bool> {
    const db::Rows rows = session.run(kFind, {name});
    return !rows.empty() && rows.front().text(0) == "file";
  });
}

Result<void> Blobs::remove_file(const std::string& name) const {
  const Result<bool> recorded = is_file(name);
  if (!recorded) return fail(recorded.error());
  std::error_code error;
  if (!*recorded) std::filesystem::remove(file_of(name), error);
  if (error) return fail(Error::unavailable("removing " + name + ": " + error.message()));
  return {};
}

Result<int> Blobs::remove_strays() const {
  int removed = 0;
  std::error_code error;
  const auto old = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  for (std::filesystem::recursive_directory_iterator entry(directory_, error), end;
       !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone) || entry->last_write_time(gone) > old || gone) continue;
    const std::string name = entry->path().filename().string();
    Result<bool> recorded = is_file(name);
    if (!recorded) return fail(std::move(recorded.error()));
    if (!*recorded && std::filesystem::remove(entry->path(), gone)) ++removed;
  }
  return removed;
}

}  // namespace madoguchi::store
