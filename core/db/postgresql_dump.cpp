// SPDX-License-Identifier: Apache-2.0
#include "core/db/postgresql_dump.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "core/db/sqlite_files.h"

namespace madoguchi::db {

namespace {

/// Debian's /usr/bin/pg_dump is a wrapper that picks a version by local clusters; the newest one of
/// /usr/lib/postgresql can dump every server that is not newer.
std::optional<std::filesystem::path> find_pg_dump() {
  std::filesystem::path best;
  int best_version = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    const auto program = entry.path() / "bin/pg_dump";
    if (version > best_version && ::access(program.c_str(), X_OK) == 0) {
      best_version = version;
      best = program;
    }
  }
  if (!best.empty()) return best;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto program = std::filesystem::path(folder) / "pg_dump";
    if (::access(program.c_str(), X_OK) == 0) return program;
  }
  return std::nullopt;
}

std::vector<std::string> environment_for(const PostgresqlUrl& url) {
  std::map<std::string, std::string> variables;
  for (char** variable = environ; *variable; ++variable) {
    const std::string_view text = *variable;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  for (const auto& setting : url.environment) variables[setting.first] = setting.second;
  std::vector<std::string> lines;
  for (const auto& variable : variables) lines.push_back(variable.first + "=" + variable.second);
  return lines;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Result<void> dump_postgresql(const PostgresqlUrl& url, const std::filesystem::path& file) {
  const auto program = find_pg_dump();
  if (!program) return fail(Error::unavailable("pg_dump was not found; install postgresql-client"));
  const std::filesystem::path part = file.string() + ".part";
  if (auto created = create_private(part); !created) return created;
  std::vector<std::string> arguments{*program, "--format=custom", "--no-password",
                                     "--file=" + part.string()};
  std::vector<std::string> environment = environment_for(url);
  pid_t child = 0;
  const int started = ::posix_spawn(&child, program->c_str(), nullptr, nullptr,
                                    pointers_to(arguments).data(), pointers_to(environment).data());
  int status = -1;
  if (started == 0) {
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  }
  std::error_code error;
  if (started != 0 || status != 0) {
    std::filesystem::remove(part, error);
    return fail(Error::unavailable("pg_dump failed with status " + std::to_string(status)));
  }
  if (auto synced = sync_path(part); !synced) return synced;
  std::filesystem::rename(part, file, error);
  if (error) return fail(Error::unavailable("backup: " + error.message()));
  return sync_path(file.parent_path());
}

}  // namespace madoguchi::db
