// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "core/base/guarded.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/crypto/seal.h"
#include "core/db/database.h"

namespace madoguchi::store {

/// Contents of attachments and raw mails, each sealed under a key of its own. A blob is addressed
/// by a name its owner chooses (attachments: the SHA-256 of the content, so equal content is stored
/// once). On SQLite, contents over 64 KiB are files below `directory`; on PostgreSQL all are in the
/// database, in chunks of 256 KiB, so that replicas share nothing else. Big ones are sealed,
/// written, read and opened in pieces: beside the content itself they take a megabyte or two.
///
/// Safe for use by many threads.
class Blobs {
 public:
  static constexpr std::size_t kInRow = std::size_t{64} * 1024;

  /// `keys` and `database` must outlive it.
  Blobs(db::Database& database, const crypto::MasterKeys& keys, std::filesystem::path directory);

  enum class Kind {
    original,  ///< what the hub promised to keep
    copy,      ///< can be made again from an original: its file does not wait for the disk, and may
               ///< be missing or damaged after the machine failed
  };

  /// A content made ready to be recorded. When it goes to a file, the file is durable already,
  /// which is why this runs before the transaction and not inside it; a file that no row records is
  /// swept by remove_strays.
  class Prepared {
   public:
    [[nodiscard]] const std::string& name() const { return name_; }

   private:
    friend class Blobs;
    enum class Place { row, chunks, file };
    [[nodiscard]] std::string_view content() const { return own_.empty() ? seen_ : own_; }
    void take_along(std::string content) {
      if (place_ == Place::chunks) own_ = std::move(content);
    }

    std::string name_;
    std::int64_t size_ = 0;
    Place place_ = Place::row;
    std::string sealed_;     ///< of a row
    std::string own_;        ///< of chunks, which are sealed as they are written…
    std::string_view seen_;  ///< … unless somebody else keeps it
  };
  [[nodiscard]] Result<Prepared> prepare(std::string name, std::string content,
                                         Kind kind = Kind::original) const;
  /// The same of a content that stays where it is until it is recorded.
  [[nodiscard]] Result<Prepared> prepare_view(std::string name, std::string_view content,
                                              Kind kind = Kind::original) const;
  /// Records it; a name that is there already keeps its content.
  void record(db::Session& session, const Prepared& blob) const;

  /// A content that takes the place of the one that is recorded under that name. It rests in the
  /// database whatever its size, so that one commit decides which of the two there is.
  [[nodiscard]] Prepared prepare_replacement(std::string name, std::string content) const;
  /// The content before is gone, with its key; but when this is true, its file is left, and the
  /// caller sees to remove_file after the commit.
  [[nodiscard]] bool replace(db::Session& session, const Prepared& blob) const;
  /// The file of a content that was replaced; one that is recorded is left alone.
  [[nodiscard]] Result<void> remove_file(const std::string& name) const;

  /// Forgets the content of an attachment that was deleted in this unit of work, unless another
  /// attachment has it too. Its file goes with remove_strays.
  void forget_unused(db::Session& session, const std::string& name) const;

  [[nodiscard]] Result<std::string> read(const std::string& name) const;
  /// Inside a unit of work.
  [[nodiscard]] Result<std::string> read(db::Session& session, const std::string& name) const;
  /// Octets of the content; 0 when there is none of that name.
  [[nodiscard]] static std::int64_t size(db::Session& session, const std::string& name);
  /// Takes the next piece of a content; false when no more is wanted.
  using Take = std::function<bool(std::string_view piece)>;
  /// The same without holding all of it, nor a connection meanwhile: not for a unit of work. Each
  /// piece is as it was written; that they are the whole is known when this succeeds, which it does
  /// not when the content is replaced just then.
  [[nodiscard]] Result<void> read_pieces(const std::string& name, const Take& take) const;

  /// Writes the file of a recorded copy anew, durably; nothing when it has none.
  [[nodiscard]] Result<void> mend(const std::string& name, std::string_view content) const;

  /// Deletes files older than an hour that no row records: left by a crash between the two.
  Result<int> remove_strays() const;

 private:
  [[nodiscard]] Prepared in_database(std::string name, std::string_view content) const;
  /// Its row, or what says that there is none.
  [[nodiscard]] static Result<db::Rows> find(db::Session& session, const std::string& name);
  /// Rows of sealed chunks, a few from that part on.
  using ReadChunks = std::function<Result<db::Rows>(std::int64_t part)>;
  /// Reads what that row is about.
  [[nodiscard]] Result<void> open(const std::string& name, db::Row row, const ReadChunks& chunks,
                                  const Take& take) const;
  void write_chunks(db::Session& session, const Prepared& blob) const;
  /// Whether it is recorded to be in its file.
  [[nodiscard]] Result<bool> is_file(const std::string& name) const;
  [[nodiscard]] std::filesystem::path file_of(const std::string& name) const;
  [[nodiscard]] Result<void> write_file(const std::string& name, std::string_view content,
                                        Kind kind) const;
  [[nodiscard]] bool is_whole(const std::string& name, const std::filesystem::path& file) const;
  [[nodiscard]] Result<void> keep_folder(const std::filesystem::path& folder) const;

  db::Database& database_;
  const crypto::MasterKeys& keys_;
  std::filesystem::path directory_;
  mutable Guarded<std::set<std::string>> durable_folders_;
};

}  // namespace madoguchi::store
