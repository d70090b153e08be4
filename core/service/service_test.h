// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of this folder share: a whole hub without ways in and out, on each engine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/jobs/runner.h"
#include "core/service/agents.h"
#include "core/service/case_moves.h"
#include "core/service/case_waking.h"
#include "core/service/cases.h"
#include "core/service/desk_settings.h"
#include "core/service/directory.h"
#include "core/service/environment.h"
#include "core/service/feed.h"
#include "core/service/intake.h"
#include "core/service/messages.h"
#include "core/service/outbox.h"
#include "core/service/room.h"
#include "core/store/migrations.h"
#include "tests/support/databases.h"
#include "tests/support/fakes.h"

namespace madoguchi::service {

/// A mail as a customer's program writes it.
struct TestMail {
  std::string from = "Yamada <yamada@example.jp>";
  std::string to = "support@shop.example";
  std::string subject = "Question";
  std::string text = "Where is my parcel?";
  std::string html = {};
  std::string message_id = {};  ///< with angle brackets; empty: none
  std::string in_reply_to = {};
  std::string references = {};
  std::string date = "Sat, 21 Nov 2026 10:00:00 +0900";
  std::vector<std::string> headers = {};
  std::vector<std::pair<std::string, std::string>> files = {};  ///< name and bytes

  [[nodiscard]] std::string raw() const;
};

[[nodiscard]] inline MessageCreateDto entry(EntryKind kind, const std::string& text) {
  MessageCreateDto wish;
  wish.kind = kind;
  wish.text = text;
  return wish;
}

/// The key of a list's first page.
inline const std::optional<std::vector<std::string>> kFromTheBeginning;

/// Why it failed, which it should have.
template <class T>
Error error_of(const Result<T>& answer) {
  EXPECT_FALSE(answer);
  return answer ? Error() : answer.error();
}

/// The company's mail server, which takes everything unless it was told otherwise.
class FakeSender final : public connector::MailSender {
 public:
  struct Sent {
    connector::Envelope envelope;
    std::string raw;
  };
  using Outcome = connector::SendOutcome;

  connector::SendReport send(const connector::Envelope& envelope, std::string_view raw,
                             const connector::CallOptions& call) override;
  /// How the next tries for that address end; afterwards it is taken.
  void answer(const std::string& address, std::vector<Outcome> outcomes);
  /// Called within each try.
  void on_send(std::function<void()> hook);
  [[nodiscard]] std::vector<Sent> sent() const;

 private:
  struct State {
    std::vector<Sent> sent;
    std::map<std::string, std::vector<Outcome>> outcomes;
    std::function<void()> hook;
  };
  Guarded<State> state_;
};

/// Runs `hook` after each read of the database that it stands in for.
class HookedDatabase final : public db::Database {
 public:
  HookedDatabase(db::Database& inner, std::function<void()> hook)
      : inner_(inner), hook_(std::move(hook)) {}
  Result<void> settle() override { return inner_.settle(); }
  void shorten_log() override { inner_.shorten_log(); }
  [[nodiscard]] db::Engine engine() const noexcept override { return inner_.engine(); }
  [[nodiscard]] const std::string& installation() const noexcept override {
    return inner_.installation();
  }
  Result<void> ping(std::chrono::milliseconds limit) override { return inner_.ping(limit); }
  Result<void> backup(const std::filesystem::path& file) override { return inner_.backup(file); }
  Result<void> check() override { return inner_.check(); }

 protected:
  Result<void> transact(const Work& work) override { return inner_.in_transaction(work); }
  Result<void> snapshot(const Work& work) override {
    Result<void> done = inner_.read(work);
    hook_();
    return done;
  }

 private:
  db::Database& inner_;
  std::function<void()> hook_;
};

class ServiceTest : public testing::DatabaseTest {
 protected:
  ServiceTest();
  ~ServiceTest() override;
  /// Mailboxes "support" and "sales", an agent "ann" who may do everything.
  void SetUp() override;
  void TearDown() override;
  [[nodiscard]] const std::vector<db::Migration>& schema() const override {
    return store::migrations();
  }

  /// Hands it in and waits until it was decided.
  IntakeDto deliver(const TestMail& mail, const std::vector<std::string>& mailboxes = {"support"});
  IntakeDto deliver(const std::string& raw,
                    const std::vector<std::pair<std::string, std::string>>& recipients);
  domain::IntakeId receive(const std::string& raw, const std::string& mailbox = "support");
  IntakeDto status(const domain::IntakeId& id);
  /// Runs what is due.
  void run_jobs();
  /// Lets the clock go on, then runs what has become due.
  void run_jobs_after(std::chrono::microseconds time);

  domain::Caller new_agent(const std::string& name, domain::Role role = domain::Role::agent,
                           std::optional<std::vector<std::string>> mailboxes = std::nullopt);
  [[nodiscard]] Context as_ann() const { return {ann_}; }
  CaseDto case_of(const std::string& number);
  std::vector<MessageDto> messages_of(const std::string& number);
  MessageDto reply(const std::string& number, const std::string& text = "It is on its way.");
  domain::Message stored(const std::string& message_id);
  /// What of the feed that caller may see.
  std::vector<EventDto> feed_of(const domain::Caller& caller);
  /// Event names of the feed from the beginning, or of one object.
  std::vector<std::string> events(const std::string& object_id = {});
  /// Marks a case as merged into another, which no use case does yet.
  void merge(const std::string& from, const std::string& into);

  template <class Work>
  auto write(Work&& work) {
    using Value = std::invoke_result_t<Work&, db::Session&>;
    if constexpr (std::is_void_v<Value>) {
      const auto done = database().in_transaction([&](db::Session& session) -> Result<void> {
        work(session);
        return {};
      });
      if (!done) throw std::runtime_error(done.error().describe());
    } else {
      return database()
          .in_transaction([&](db::Session& session) -> Result<Value> { return work(session); })
          .value();
    }
  }
  std::int64_t number(const std::string& sql);

  testing::FakeClock clock_;
  testing::CountingIds ids_;
  int null_ = -1;
  std::unique_ptr<observe::Log> log_;
  observe::Registry metrics_;
  crypto::MasterKeys keys_;
  domain::ReplyTokens tokens_;
  crypto::ShredSeal seal_{Secret("what the history is sealed with ")};
  std::unique_ptr<store::Blobs> blobs_;
  std::unique_ptr<jobs::Runner> runner_;
  std::unique_ptr<Directory> directory_;
  std::unique_ptr<Feed> feed_;
  ByteBudget memory_{kMemoryForContents};
  std::unique_ptr<Environment> env_;
  std::unique_ptr<CaseService> cases_;
  std::unique_ptr<CaseMoveService> moves_;
  std::unique_ptr<MessageService> messages_;
  std::unique_ptr<IntakeService> intake_;
  std::unique_ptr<AgentService> agents_;
  std::unique_ptr<DeskSettingsService> settings_;
  FakeSender sender_;
  std::unique_ptr<Outbox> outbox_;
  domain::Caller ann_;
  bool started_ = false;  ///< the runner
};

}  // namespace madoguchi::service
