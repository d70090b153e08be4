// SPDX-License-Identifier: Apache-2.0
// intake: the end of an MTA's pipe
#include <fstream>
#include <iostream>
#include <vector>

#include "core/base/uuid.h"
#include "core/crypto/random.h"
#include "core/service/spool.h"
#include "daemon/cli/support.h"

namespace madoguchi::cli {
namespace {

/// All of it, or one byte more than `limit`, which is enough to see that it is too much.
std::string read_all(std::istream& stream, std::uint64_t limit) {
  std::string raw;
  std::vector<char> chunk(256 * 1024);
  while (raw.size() <= limit && stream) {
    stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    raw.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
  }
  return raw;
}

std::optional<std::string> read_mail(const Arguments& arguments, std::uint64_t limit) {
  if (arguments.words.size() < 2 || arguments.words[1] == "-") return read_all(std::cin, limit);
  std::ifstream stream(arguments.words[1], std::ios::binary);
  if (!stream) return std::nullopt;
  return read_all(stream, limit);
}

/// Without lock or database: the daemon takes it up when it runs again.
int spool(const Arguments& arguments, const config::Configuration& configuration,
          const std::string& raw) {
  const Result<crypto::MasterKeys> keys = app::load_keys(configuration);
  if (!keys) {
    report(keys.error());
    return kTemporary;
  }
  const SystemClock clock;
  Uuid7Source ids(clock, [](std::array<std::uint8_t, 10>& bytes) { crypto::random_bytes(bytes); });
  const service::Spool folder(configuration.storage.data_dir / "spool", *keys);
  const Result<void> written = folder.write(ids, arguments.mailbox, arguments.sender, raw);
  if (written) return kOk;
  report(written.error());
  return kTemporary;
}

}  // namespace

int intake(const Arguments& arguments) {
  const auto configuration = read_config(arguments);
  if (!configuration) return kTemporary;  // an operator's mistake must not lose a mail
  const std::optional<std::string> raw =
      read_mail(arguments, configuration->limits.message_size.bytes);
  if (!raw) {
    std::cerr << "madoguchid: cannot read " << arguments.words[1] << "\n";
    return kTemporary;
  }
  if (raw->empty()) {
    std::cerr << "madoguchid: the mail is empty\n";
    return kDataError;
  }
  if (raw->size() > configuration->limits.message_size.bytes) {
    std::cerr << "madoguchid: the mail is larger than [limits] message_size\n";
    return kDataError;
  }
  if (!arguments.mailbox.empty()) {
    bool known = false;
    for (const config::MailboxSettings& mailbox : configuration->mailboxes) {
      known = known || mailbox.name == arguments.mailbox;
    }
    if (!known)
      std::cerr << "madoguchid: [[mailbox]] " << arguments.mailbox << " is not in the file\n";
  }
  const Result<app::ControlReply> reply =
      app::ask_daemon(configuration->control.socket,
                      {"intake", "", "", "", arguments.mailbox, arguments.sender, 0}, *raw);
  if (reply && reply->error_code.empty()) return kOk;
  if (reply && reply->error_code != "unavailable") {
    std::cerr << "madoguchid: " << reply->message << "\n";
    return kTemporary;
  }
  return spool(arguments, *configuration, *raw);
}

}  // namespace madoguchi::cli
