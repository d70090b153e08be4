// SPDX-License-Identifier: Apache-2.0
#include "core/service/spool.h"

#include <fstream>
#include <iterator>
#include <vector>

#include "core/service/log_messages.h"
#include "core/store/durable_file.h"

namespace madoguchi::service {
namespace {

constexpr const char* kEnding = ".mail";

std::string aad_of(const std::string& id) { return "spool|mail|" + id + "|1"; }

}  // namespace

Result<void> Spool::write(IdSource& ids, std::string_view mailbox, std::string_view sender,
                          std::string_view raw) const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error)
    return fail(Error::unavailable("creating " + folder_.string() + ": " + error.message()));
  const std::string id = ids.next();
  const std::string content =
      std::string(mailbox) + "\n" + std::string(sender) + "\n" + std::string(raw);
  return store::write_durably(folder_ / (id + kEnding), keys_.seal(content, aad_of(id)));
}

Result<void> Spool::take_one(const std::filesystem::path& file, IntakeService& intake) const {
  std::ifstream stream(file, std::ios::binary);
  const std::string sealed{std::istreambuf_iterator<char>(stream), {}};
  const std::string id = file.stem().string();
  const Result<std::string> content = keys_.open(sealed, aad_of(id));
  if (!content) return fail(content.error());
  const std::size_t first = content->find('\n');
  const std::size_t second = content->find('\n', first + 1);
  if (first == std::string::npos || second == std::string::npos) {
    return fail(Error::internal("not a spooled mail"));
  }
  ReceivedMail mail;
  mail.source = "pipe";
  mail.id = id;
  mail.sender = content->substr(first + 1, second - first - 1);
  std::string mailbox = content->substr(0, first);
  if (mailbox.empty()) {
    Result<std::string> only = intake.only_mailbox();
    if (!only) return fail(std::move(only.error()));
    mailbox = *only;
  }
  mail.recipients = {{mailbox, ""}};
  const Result<domain::IntakeId> received =
      intake.receive(mail, std::string_view(*content).substr(second + 1));
  if (!received) return fail(received.error());
  std::error_code error;
  std::filesystem::remove(file, error);
  return {};
}

int Spool::take_up(IntakeService& intake, observe::Log& log) const {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == kEnding) files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  int taken = 0;
  for (const std::filesystem::path& file : files) {
    const Result<void> done = take_one(file, intake);
    if (done) {
      ++taken;
    } else {
      log.write(kSpoolStuck,
                {{"file", file.filename().string()}, {"why", done.error().describe()}});
    }
  }
  return taken;
}

}  // namespace madoguchi::service
