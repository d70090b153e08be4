// SPDX-License-Identifier: Apache-2.0
#include "core/store/blobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "core/store/durable_file.h"
#include "core/store/sealed_pieces.h"

namespace madoguchi::store {
namespace {

/// Up to here a content is sealed as one.
constexpr std::size_t kChunk = crypto::kSealChunkBytes;
/// Chunks on their way to the database, or from it, at the same time.
constexpr std::int64_t kChunksAtOnce = 4;

// Nothing becomes different; but the row is held until the commit, so that who forgets unused
// contents waits for it.
constexpr db::Statement kRecord{"blobs.record",
                                "INSERT INTO blobs (id, size, place, sealed) VALUES ($1, $2, $3, "
                                "$4) ON CONFLICT (id) DO UPDATE SET size = blobs.size"};
constexpr db::Statement kRecordNew{"blobs.record_new",
                                   "INSERT INTO blobs (id, size, place, sealed) VALUES ($1, $2, "
                                   "$3, $4) ON CONFLICT (id) DO NOTHING"};
constexpr db::Statement kRecordChunk{
    "blobs.record_chunk", "INSERT INTO blob_chunks (blob_id, part, sealed) VALUES ($1, $2, $3)"};
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

/// Hands the sealed content on; ends early when that says no, or where the file cannot be read.
void read_file(const std::filesystem::path& path, const Blobs::Take& take) {
  std::ifstream file(path, std::ios::binary);
  std::string piece(kChunk, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    if (!take(std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount())))) return;
  }
}

Result<void> read_chunks(const std::function<Result<db::Rows>(std::int64_t part)>& read,
                         const Blobs::Take& take) {
  for (std::int64_t part = 0;; part += kChunksAtOnce) {
    const Result<db::Rows> chunks = read(part);
    if (!chunks) return fail(chunks.error());
    for (const db::Row chunk : db::each(*chunks)) {
      if (!take(chunk.text(0))) return {};
    }
    if (chunks->size() < static_cast<std::size_t>(kChunksAtOnce)) return {};
  }
}

db::Rows chunks_from(db::Session& session, const std::string& name, std::int64_t part) {
  return session.run(kChunks, {name, part, part + kChunksAtOnce});
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

bool Blobs::is_whole(const std::string& name, const std::filesystem::path& file) const {
  PiecesOpener opener(keys_, aad_of(name));
  std::string plain;
  read_file(file, [&](std::string_view sealed) {
    plain.clear();
    return opener.feed(sealed, plain).has_value();
  });
  plain.clear();
  return opener.finish(plain).has_value();
}

Result<void> Blobs::write_file(const std::string& name, std::string_view content, Kind kind) const {
  const std::filesystem::path target = file_of(name);
  std::error_code error;
  if (std::filesystem::exists(target, error)) {
    // Young again, so that remove_strays leaves it alone until it is recorded.
    std::filesystem::last_write_time(target, std::filesystem::file_time_type::clock::now(), error);
    if (!error && kind == Kind::copy) return {};
    // What is there may be a copy, or left by a failure of the machine.
    if (!error && is_whole(name, target)) return make_durable(target);
  }
  const std::filesystem::path folder = target.parent_path();
  std::filesystem::create_directories(folder, error);
  if (error)
    return fail(Error::unavailable("creating " + folder.string() + ": " + error.message()));
  SealedPieces sealed(keys_, aad_of(name), content);
  const Pieces pieces = [&sealed] { return sealed.next(); };
  if (kind == Kind::copy) return write_whole(target, pieces);
  if (Result<void> kept = keep_folder(folder); !kept) return kept;
  return write_durably_unlisted(target, pieces);
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

Blobs::Prepared Blobs::in_database(std::string name, std::string_view content) const {
  Prepared blob;
  blob.name_ = std::move(name);
  blob.size_ = static_cast<std::int64_t>(content.size());
  if (content.size() <= kChunk) {
    blob.sealed_ = keys_.seal(content, aad_of(blob.name_));
  } else {
    blob.place_ = Prepared::Place::chunks;
    blob.seen_ = content;
  }
  return blob;
}

Blobs::Prepared Blobs::prepare_replacement(std::string name, std::string content) const {
  Prepared blob = in_database(std::move(name), content);
  blob.take_along(std::move(content));
  return blob;
}

Result<Blobs::Prepared> Blobs::prepare(std::string name, std::string content, Kind kind) const {
  Result<Prepared> blob = prepare_view(std::move(name), content, kind);
  if (blob) blob->take_along(std::move(content));
  return blob;
}

Result<Blobs::Prepared> Blobs::prepare_view(std::string name, std::string_view content,
                                            Kind kind) const {
  if (content.size() <= kInRow || database_.engine() != db::Engine::sqlite) {
    return in_database(std::move(name), content);
  }
  if (Result<void> written = write_file(name, content, kind); !written) {
    return fail(std::move(written.error()));
  }
  Prepared blob;
  blob.name_ = std::move(name);
  blob.size_ = static_cast<std::int64_t>(content.size());
  blob.place_ = Prepared::Place::file;
  return blob;
}

void Blobs::record(db::Session& session, const Prepared& blob) const {
  if (blob.place_ == Prepared::Place::row) {
    session.queue(kRecord, {blob.name_, blob.size_, "row", db::Bytes{blob.sealed_}});
    return;
  }
  if (blob.place_ == Prepared::Place::file) {
    session.queue(kRecord, {blob.name_, blob.size_, "file", nullptr});
    return;
  }
  // One that is there is held, as by kRecord; but it may be gone before it could be.
  do {
    if (session.run(kRecordNew, {blob.name_, blob.size_, "chunks", nullptr}).affected() == 1) {
      write_chunks(session, blob);
      return;
    }
  } while (session.run(kHold, {blob.name_}).empty());
}

bool Blobs::replace(db::Session& session, const Prepared& blob) const {
  const db::Rows before = session.run(kFind, {blob.name_});
  const bool was_file = !before.empty() && before.front().text(0) == "file";
  session.run(kForgetChunks, {blob.name_});
  if (blob.place_ == Prepared::Place::row) {
    session.queue(kReplace, {blob.name_, blob.size_, "row", db::Bytes{blob.sealed_}});
  } else {
    session.queue(kReplace, {blob.name_, blob.size_, "chunks", nullptr});
    write_chunks(session, blob);
  }
  return was_file;
}

void Blobs::write_chunks(db::Session& session, const Prepared& blob) const {
  SealedPieces sealed(keys_, aad_of(blob.name_), blob.content());
  std::int64_t part = 0;
  for (std::string_view piece = sealed.next(); !piece.empty(); piece = sealed.next()) {
    session.queue(kRecordChunk, {blob.name_, part++, db::Bytes{piece}});
    // What was queued lies in memory until it was sent.
    if (part % kChunksAtOnce == 0) session.flush();
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
  const Result<db::Rows> rows = find(session, name);
  if (!rows) return fail(rows.error());
  std::string content;
  content.reserve(static_cast<std::size_t>(rows->front().integer(2)));
  const Take append = [&content](std::string_view piece) {
    content += piece;
    return true;
  };
  const Result<void> read = open(
      name, rows->front(),
      [&](std::int64_t part) -> Result<db::Rows> { return chunks_from(session, name, part); },
      append);
  if (!read) return fail(read.error());
  return content;
}

Result<void> Blobs::read_pieces(const std::string& name, const Take& take) const {
  const Result<db::Rows> rows =
      database_.read([&](db::Session& session) { return find(session, name); });
  if (!rows) return fail(rows.error());
  return open(
      name, rows->front(),
      [&](std::int64_t part) {
        return database_.read([&](db::Session& session) -> Result<db::Rows> {
          return chunks_from(session, name, part);
        });
      },
      take);
}

std::int64_t Blobs::size(db::Session& session, const std::string& name) {
  const db::Rows rows = session.run(kFind, {name});
  return rows.empty() ? 0 : rows.front().integer(2);
}

Result<db::Rows> Blobs::find(db::Session& session, const std::string& name) {
  db::Rows rows = session.run(kFind, {name});
  if (rows.empty()) return fail(missing(name));
  return rows;
}

Result<void> Blobs::open(const std::string& name, db::Row row, const ReadChunks& chunks,
                         const Take& take) const {
  PiecesOpener opener(keys_, aad_of(name));
  std::string plain;
  bool wanted = true;
  const Take sealed = [&](std::string_view piece) {
    if (!opener.feed(piece, plain)) return false;
    wanted = plain.empty() || take(plain);
    plain.clear();
    return wanted;
  };
  const std::string_view place = row.text(0);
  if (place == "row") {
    (void)sealed(row.text(1));
  } else if (place == "chunks") {
    if (Result<void> read = read_chunks(chunks, sealed); !read) return read;
  } else {
    read_file(file_of(name), sealed);
  }
  if (!wanted) return {};
  if (!opener.finish(plain)) return fail(missing(name));
  if (!plain.empty()) (void)take(plain);
  return {};
}

Result<void> Blobs::mend(const std::string& name, std::string_view content) const {
  if (database_.engine() != db::Engine::sqlite || content.size() <= kInRow) return {};
  SealedPieces sealed(keys_, aad_of(name), content);
  return write_durably(file_of(name), [&sealed] { return sealed.next(); });
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
