// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/archive.h"

#include <Poco/Exception.h>
#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <stdlib.h>

#include <iterator>

namespace madoguchi::app {
namespace {

constexpr const char* kSqliteCopy = "madoguchi.db";
constexpr const char* kPostgresqlCopy = "madoguchi.dump";

/// A folder beside `file`, so that nothing has to be copied over file systems; removed at the end.
class WorkFolder {
 public:
  explicit WorkFolder(const std::filesystem::path& beside) {
    std::string name = (beside / ".madoguchi-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~WorkFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Result<void> run_program(const std::string& program, const std::vector<std::string>& arguments) {
  try {
    Poco::Pipe errors;
    const Poco::ProcessHandle process =
        Poco::Process::launch(program, arguments, nullptr, nullptr, &errors);
    Poco::PipeInputStream stream(errors);
    const std::string said{std::istreambuf_iterator<char>(stream), {}};
    if (process.wait() == 0) return {};
    return fail(Error::unavailable(program + ": " + said));
  } catch (const Poco::Exception& error) {
    return fail(Error::unavailable("cannot run " + program + ": " + error.displayText()));
  }
}

bool is_sqlite(const std::string& url) { return url.rfind("sqlite://", 0) == 0; }

Result<void> restore_sqlite(const std::filesystem::path& copy, const std::filesystem::path& target,
                            const std::filesystem::path& blobs,
                            const std::filesystem::path& data_dir) {
  if (std::filesystem::exists(target)) {
    return fail(Error::conflict(
        "database-exists",
        {"There is a database at " + target.string() + " already. Move it away first.",
         target.string() + " がすでにあります。先に移動してください。"}));
  }
  try {
    std::filesystem::create_directories(target.parent_path());
    std::filesystem::create_directories(data_dir);
    if (std::filesystem::exists(blobs)) {
      std::filesystem::copy(
          blobs, data_dir / "blobs",
          std::filesystem::copy_options::recursive | std::filesystem::copy_options::skip_existing);
    }
    std::filesystem::copy_file(copy, target);
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(Error::unavailable(error.what()));
  }
  return {};
}

}  // namespace

Result<void> write_archive(db::Database& database, const std::filesystem::path& data_dir,
                           const std::filesystem::path& file) {
  const WorkFolder work(file.parent_path());
  if (work.path().empty()) {
    return fail(Error::unavailable("cannot write into " + file.parent_path().string()));
  }
  const bool sqlite = database.engine() == db::Engine::sqlite;
  const char* copy = sqlite ? kSqliteCopy : kPostgresqlCopy;
  if (Result<void> copied = database.backup(work.path() / copy); !copied) return copied;
  const std::filesystem::path partial = work.path() / "archive.tar";
  std::vector<std::string> arguments = {"--format=ustar",     "-cf", partial.string(), "-C",
                                        work.path().string(), copy};
  if (sqlite && std::filesystem::exists(data_dir / "blobs")) {
    arguments.insert(arguments.end(), {"-C", data_dir.string(), "blobs"});
  }
  if (Result<void> packed = run_program("tar", arguments); !packed) return packed;
  std::error_code error;
  std::filesystem::permissions(
      partial, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
  std::filesystem::rename(partial, file, error);
  if (error)
    return fail(Error::unavailable("renaming to " + file.string() + ": " + error.message()));
  return {};
}

Result<void> read_archive(const std::filesystem::path& file, const std::string& database_url,
                          const std::filesystem::path& data_dir) {
  if (!std::filesystem::exists(file)) {
    return fail(Error::not_found(
        {"There is no file " + file.string() + ".", file.string() + " がありません。"}));
  }
  std::error_code error;
  std::filesystem::create_directories(data_dir, error);
  const WorkFolder work(data_dir);
  if (work.path().empty())
    return fail(Error::unavailable("cannot write into " + data_dir.string()));
  if (Result<void> unpacked =
          run_program("tar", {"-xf", file.string(), "-C", work.path().string(), "--no-same-owner"});
      !unpacked) {
    return unpacked;
  }
  const char* copy = is_sqlite(database_url) ? kSqliteCopy : kPostgresqlCopy;
  if (!std::filesystem::exists(work.path() / copy)) {
    return fail(Error::conflict(
        "other-engine", {"This backup is of the other database engine than [database] url names.",
                         "このバックアップは設定と異なるデータベースエンジンのものです。"}));
  }
  if (is_sqlite(database_url)) {
    return restore_sqlite(work.path() / copy, database_url.substr(std::string("sqlite://").size()),
                          work.path() / "blobs", data_dir);
  }
  return run_program("pg_restore", {"--no-owner", "--exit-on-error", "--dbname=" + database_url,
                                    (work.path() / copy).string()});
}

}  // namespace madoguchi::app
