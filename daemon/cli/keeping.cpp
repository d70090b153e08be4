// SPDX-License-Identifier: Apache-2.0
// migrate, token create, backup, restore, keys rotate, audit verify
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "core/domain/names.h"
#include "core/store/durable_file.h"
#include "daemon/app/archive.h"
#include "daemon/app/audit.h"
#include "daemon/cli/support.h"

namespace madoguchi::cli {
namespace {

Result<void> make_key_file(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) return {};
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (Result<void> written = store::write_durably(file, crypto::MasterKeys::generate().reveal());
      !written) {
    return written;
  }
  std::cerr << "created the master key " << file.string()
            << "; keep a copy of it apart from the backups: without it they cannot be read\n";
  return {};
}

int relay(const Result<app::ControlReply>& reply) {
  if (!reply) return report(reply.error());
  if (reply->error_code.empty()) {
    std::cout << reply->result << "\n";
    return kOk;
  }
  std::cerr << "madoguchid: " << reply->message << "\n";
  return reply->error_code == "unavailable" ? kTemporary : kFailed;
}

bool nobody_listens(const Result<app::ControlReply>& reply) {
  return !reply && reply.error().code == ErrorCode::not_found;
}

}  // namespace

int migrate(const Arguments& arguments) {
  const auto configuration = read_config(arguments);
  if (!configuration) return kConfig;
  if (const Result<void> made = make_key_file(configuration->secrets.key_file); !made) {
    return report(made.error());
  }
  OfflineHub offline;
  if (const Result<void> opened = offline.open(*configuration); !opened)
    return report(opened.error());
  return kOk;
}

int create_token(const Arguments& arguments) {
  const std::optional<domain::Role> role = enum_value<domain::Role>(arguments.role);
  if (arguments.agent.empty() || !role) {
    std::cerr << "madoguchid: say --agent=NAME and --role=viewer, agent, supervisor, admin or "
                 "integration\n";
    return kUsage;
  }
  const auto configuration = read_config(arguments);
  if (!configuration) return kConfig;
  const Result<app::ControlReply> reply =
      app::ask_daemon(configuration->control.socket,
                      {"token.create", arguments.agent, arguments.role, "", "", "", 0});
  if (!nobody_listens(reply)) return relay(reply);
  OfflineHub offline;
  if (const Result<void> opened = offline.open(*configuration); !opened)
    return report(opened.error());
  const Result<Secret> token =
      offline.hub->agents().create_token({{}, "command line"}, arguments.agent, *role);
  if (!token) return report(token.error());
  std::cout << token->reveal() << "\n";
  return kOk;
}

int backup(const Arguments& arguments) {
  if (arguments.words.size() < 2) {
    std::cerr << "madoguchid: say which file: backup FILE\n";
    return kUsage;
  }
  const auto configuration = read_config(arguments);
  if (!configuration) return kConfig;
  const std::filesystem::path file = std::filesystem::absolute(arguments.words[1]);
  const Result<app::ControlReply> reply =
      app::ask_daemon(configuration->control.socket, {"backup", "", "", file.string(), "", "", 0});
  if (!nobody_listens(reply)) return relay(reply);
  OfflineHub offline;
  if (const Result<void> opened = offline.open(*configuration); !opened)
    return report(opened.error());
  const Result<void> done =
      app::write_archive(offline.hub->database(), configuration->storage.data_dir, file);
  if (!done) return report(done.error());
  std::cout << file.string() << "\n";
  return kOk;
}

int restore(const Arguments& arguments) {
  if (arguments.words.size() < 2) {
    std::cerr << "madoguchid: say which file: restore FILE\n";
    return kUsage;
  }
  const auto configuration = read_config(arguments);
  if (!configuration) return kConfig;
  const Result<void> done =
      app::read_archive(std::filesystem::absolute(arguments.words[1]),
                        configuration->database.url.str(), configuration->storage.data_dir);
  if (!done) return report(done.error());
  OfflineHub offline;  // says now, not at the next start, when the key or the version does not fit
  if (const Result<void> opened = offline.open(*configuration); !opened)
    return report(opened.error());
  std::cerr << "restored; start the daemon\n";
  return kOk;
}

int rotate_keys(const Arguments& arguments) {
  const auto configuration = read_config(arguments);
  if (!configuration) return kConfig;
  const std::filesystem::path& file = configuration->secrets.key_file;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return report(Error::not_found(
        {"There is no master key at " + file.string() + ".", file.string() + " がありません。"}));
  }
  const Result<Secret> rotated =
      crypto::MasterKeys::rotate(Secret(std::string(std::istreambuf_iterator<char>(stream), {})));
  if (!rotated) return report(rotated.error());
  struct stat before {};
  const bool known = ::stat(file.c_str(), &before) == 0;
  if (const Result<void> written = store::write_durably(file, rotated->reveal()); !written) {
    return report(written.error());
  }
  // Written by root, it would be lost to the user of the daemon and of an MTA's pipe.
  if (!known || ::chown(file.c_str(), before.st_uid, before.st_gid) != 0) {
    return report(Error::unavailable("cannot give " + file.string() + " to its owner"));
  }
  std::cerr << "a new master key stands first in " << file.string()
            << "; restart the daemon to use it. Keep the old lines: they open what they sealed.\n";
  return kOk;
}

int verify_audit(const Arguments& arguments) {
  std::string kept;
  if (arguments.words.size() > 2) {
    std::ifstream stream(arguments.words[2], std::ios::binary);
    if (!stream) {
      return report(Error::not_found(
          {"Cannot read " + arguments.words[2] + ".", arguments.words[2] + " を読めません。"}));
    }
    kept.assign(std::istreambuf_iterator<char>(stream), {});
  }
  const auto configuration = read_config(arguments);
  if (!configuration) return kConfig;
  app::ControlRequest request;
  request.command = "audit.verify";
  const Result<app::ControlReply> reply =
      app::ask_daemon(configuration->control.socket, request, kept);
  if (!nobody_listens(reply)) return relay(reply);
  OfflineHub offline;
  if (const Result<void> opened = offline.open(*configuration); !opened)
    return report(opened.error());
  return relay(app::verify_audit(offline.hub->audit(), kept));
}

}  // namespace madoguchi::cli
