// SPDX-License-Identifier: Apache-2.0
// Fills a migrated database with cases, each with one message, its search index, its placement and
// its entry in the feed, in large transactions. The daemon must not run.
//
//   bench_seed_cases DATABASE-URL COUNT
//
// Statuses and assignees are spread as on a desk that has been used for a while: most cases are
// closed, and one in five is not; every agent of the database has the same share.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/uuid.h"
#include "core/crypto/random.h"
#include "core/crypto/shred_seal.h"
#include "core/db/database.h"
#include "core/store/agents.h"
#include "core/store/cases.h"
#include "core/store/changes.h"
#include "core/store/desk_settings.h"
#include "core/store/messages.h"
#include "core/text/bigrams.h"
#include "core/text/fold.h"

namespace madoguchi::bench {
namespace {

constexpr int kInOneTransaction = 5000;

struct Desk {
  std::vector<domain::Agent> agents;
  std::vector<domain::Mailbox> mailboxes;
};

class Seeder {
 public:
  explicit Seeder(Desk desk)
      : desk_(std::move(desk)),
        ids_(clock_, [](std::array<std::uint8_t, 10>& bytes) { crypto::random_bytes(bytes); }),
        start_(clock_.now()) {}

  /// The case number `n` of `count`, the later the newer, a minute apart.
  void add(db::Session& session, int n, int count) {
    domain::Case value = case_of(n, count);
    store::Cases cases(session);
    cases.insert(value);
    domain::Message message = message_of(value, n);
    store::Messages messages(session);
    messages.insert(message);
    const std::string folded = text::fold(message.subject + "\n" + message.text);
    messages.index(message.sequence, {folded, text::bigrams(folded)});
    cases.place({value.id, message.id.str(), *value.mailbox, desk_.mailboxes.front().address.str(),
                 ids_.next(), value.created_at});
    store::ChangeEntry entry;
    entry.at = value.created_at;
    entry.event = "case.created";
    entry.object_type = "case";
    entry.object_id = value.number();
    entry.case_id = value.id;
    entry.mailboxes = {*value.mailbox};
    entry.actor_name = "hub";
    store::History(session, seal_).append(entry);
  }

 private:
  domain::Case case_of(int n, int count) {
    using domain::CaseStatus;
    domain::Case value;
    value.id = ids_.make<domain::CaseId>();
    value.subject = "ご注文について問い合わせ " + std::to_string(n);
    const int share = static_cast<int>(random_() % 100);
    value.status = share < 6    ? CaseStatus::new_
                   : share < 14 ? CaseStatus::open
                   : share < 20 ? CaseStatus::pending
                   : share < 40 ? CaseStatus::resolved
                                : CaseStatus::closed;
    if (value.status != CaseStatus::new_) {
      value.assignee = desk_.agents[random_() % desk_.agents.size()].id;
    }
    const std::string who = std::to_string(n);
    value.requester = {"山田 花子" + who, "", "customer" + who + "@customer.example", ""};
    value.mailbox = desk_.mailboxes.front().id;
    value.created_at = start_ - std::chrono::minutes(count - n);
    value.modified_at = value.created_at;
    value.last_inbound_at = value.created_at;
    return value;
  }

  domain::Message message_of(const domain::Case& value, int n) {
    domain::Message message;
    message.id = ids_.make<domain::MessageId>();
    message.case_id = value.id;
    message.from = {value.requester.name, value.requester.address};
    message.to = {{"", desk_.mailboxes.front().address.str()}};
    message.subject = value.subject;
    message.text = "先日注文した商品 " + std::to_string(random_() % 100000) +
                   " がまだ届いていません。お届け予定日を教えていただけますか。";
    message.text_visible = message.text;
    message.mime_message_id = std::to_string(n) + "." + ids_.next() + "@customer.example";
    message.content_key = ids_.next();
    message.received_at = value.created_at;
    message.created_at = value.created_at;
    return message;
  }

  const Desk desk_;
  SystemClock clock_;
  Uuid7Source ids_;
  std::mt19937 random_{20261122};
  const TimePoint start_;
  /// Entries without fields have nothing to seal.
  const crypto::ShredSeal seal_{Secret(std::string(32, '\0'))};
};

int run(int argc, char** argv) {
  if (argc != 3) throw std::runtime_error("DATABASE-URL COUNT");
  const int count = std::atoi(argv[2]);
  db::Options options;
  options.url = argv[1];
  options.readers = 1;
  Result<std::unique_ptr<db::Database>> database = db::open(options);
  if (!database) throw std::runtime_error(database.error().describe());
  Result<Desk> desk = (*database)->read([](db::Session& session) -> Result<Desk> {
    return Desk{store::Agents(session).all(), store::Mailboxes(session).all()};
  });
  if (!desk) throw std::runtime_error(desk.error().describe());
  if (desk->agents.empty() || desk->mailboxes.empty()) {
    throw std::runtime_error("make the agents first: madoguchid token create");
  }
  Seeder seeder(std::move(*desk));
  const auto begin = std::chrono::steady_clock::now();
  for (int done = 0; done < count; done += kInOneTransaction) {
    const int end = std::min(count, done + kInOneTransaction);
    Result<void> kept = (*database)->in_transaction([&](db::Session& session) -> Result<void> {
      for (int n = done + 1; n <= end; ++n) seeder.add(session, n, count);
      return {};
    });
    if (!kept) throw std::runtime_error(kept.error().describe());
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("{\"cases\": %d, \"seconds\": %.6f}\n", count, took.count());
  return 0;
}

}  // namespace
}  // namespace madoguchi::bench

int main(int argc, char** argv) {
  try {
    return madoguchi::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_seed_cases: %s\n", error.what());
    return 1;
  }
}
