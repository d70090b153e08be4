// SPDX-License-Identifier: Apache-2.0
#include "core/service/audit_trail.h"

#include <fstream>
#include <iterator>
#include <thread>

#include "core/crypto/encoding.h"
#include "core/crypto/signing_key.h"
#include "core/service/service_test.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AuditTrailTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    kept_ = test_database().folder() / "kept.jsonl";
    trail_ = std::make_unique<AuditTrail>(*env_, kept_);
    // What setting up brought is sealed apart, so that positions below are easy to count.
    ASSERT_TRUE(trail_->seal());
    ASSERT_TRUE(trail_->sign());
    first_ = trail_->state()->sealed + 1;
  }

  void change(const std::string& value) {
    write([&](db::Session& session) {
      store::ChangeEntry entry;
      entry.event = "customer.changed";
      entry.object_type = "customer";
      entry.object_id = "CU-000001";
      entry.fields = {{"name", "", value}};
      announce(*env_, session, ann_, entry);
    });
  }
  /// Five sealed and signed changes.
  void history() {
    for (const char* name : {"山田", "佐藤", "鈴木", "高橋", "田中"}) change(name);
    ASSERT_EQ(trail_->seal().value(), 5);
    clock_.advance(std::chrono::minutes(6));
    ASSERT_TRUE(trail_->sign_when_due());
  }
  void sql(const std::string& statement) {
    write([&](db::Session& session) { session.run({"tamper", statement}); });
  }
  std::string seq(int nth) {
    return "(SELECT change_seq FROM change_links WHERE position = " +
           std::to_string(first_ + nth - 1) + ")";
  }
  std::string kept() const {
    std::ifstream stream(kept_);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  /// "2: was modified, …" of each finding, positions counted from the first of `history`.
  std::vector<std::string> found(const std::string& elsewhere = {}) {
    const Result<AuditReport> report = trail_->verify(elsewhere);
    EXPECT_TRUE(report) << report.error().describe();
    std::vector<std::string> lines;
    for (const AuditFinding& one : report->findings) {
      std::string what = one.what;
      if (what.rfind("change ", 0) == 0) what.erase(0, what.find(' ', 7) + 1);
      const std::int64_t position = one.position - first_ + 1;
      lines.push_back((one.position ? std::to_string(position) : "-") + ": " + what);
    }
    return lines;
  }

  std::filesystem::path kept_;
  std::unique_ptr<AuditTrail> trail_;
  std::int64_t first_ = 0;
};

constexpr const char* kModified = "was modified, or its hash was";

TEST_P(AuditTrailTest, AHistoryThatNobodyTouchedHolds) {
  history();
  EXPECT_THAT(found(kept()), IsEmpty());
  const AuditReport report = trail_->verify(kept()).value();
  EXPECT_EQ(report.sealed, first_ + 4);
  EXPECT_EQ(report.checkpoints, 4) << "two, in the database and in the file";
  const AuditStateDto state = trail_->state().value();
  EXPECT_EQ(state.unsealed, 0);
  EXPECT_EQ(state.checkpoint->position, first_ + 4);
  change("伊藤");
  EXPECT_EQ(trail_->state()->unsealed, 1);
  EXPECT_THAT(found(kept()), IsEmpty()) << "what is not sealed yet is not looked at";
}

TEST_P(AuditTrailTest, AModifiedChangeIsFoundWithItsPosition) {
  history();
  sql("UPDATE changes SET data = replace(data, '佐藤', '加藤') WHERE seq = " + seq(2));
  EXPECT_THAT(found(), ElementsAre(std::string("2: ") + kModified));
  sql("UPDATE changes SET actor_name = 'somebody else' WHERE seq = " + seq(5));
  EXPECT_THAT(found(), ElementsAre(std::string("2: ") + kModified, std::string("5: ") + kModified));
}

TEST_P(AuditTrailTest, ADeletedChangeIsFoundWithItsPosition) {
  history();
  sql("DELETE FROM changes WHERE seq = " + seq(3));
  EXPECT_THAT(found(), ElementsAre("3: was deleted"));
  sql("DELETE FROM change_links WHERE position = " + std::to_string(first_ + 2));
  EXPECT_THAT(found(), ElementsAre("3: the hashes of 1 changes are gone"));
}

TEST_P(AuditTrailTest, AnInsertedChangeIsFound) {
  history();
  sql("DELETE FROM change_links WHERE position > " + std::to_string(first_ + 1));
  ASSERT_EQ(trail_->seal().value(), 3) << "sealed anew: the same hashes";
  EXPECT_THAT(found(), IsEmpty());
  // A number that was given up becomes one of the past.
  sql("UPDATE changes SET seq = -7 WHERE seq = " + seq(2));
  EXPECT_THAT(found(), ElementsAre("-: was put among older ones", "2: was deleted"));
}

TEST_P(AuditTrailTest, SwappedChangesAreFound) {
  history();
  const std::int64_t first = number("SELECT " + seq(1));
  const std::int64_t fourth = number("SELECT " + seq(4));
  const auto renumber = [&](std::int64_t from, std::int64_t to) {
    sql("UPDATE changes SET seq = " + std::to_string(to) + " WHERE seq = " + std::to_string(from));
  };
  renumber(first, -1);
  renumber(fourth, first);
  renumber(-1, fourth);
  EXPECT_THAT(found(), ElementsAre(std::string("1: ") + kModified, std::string("4: ") + kModified));
}

TEST_P(AuditTrailTest, ACutOffEndIsFoundByWhatWasSigned) {
  history();
  const std::string position = std::to_string(first_ + 2);
  sql("DELETE FROM changes WHERE seq >= " + seq(4));
  sql("DELETE FROM change_links WHERE position > " + position);
  EXPECT_THAT(found(), SizeIs(1));
  sql("DELETE FROM audit_checkpoints WHERE position > " + position);
  EXPECT_THAT(found(), IsEmpty()) << "the database alone does not tell";
  const std::vector<std::string> lines = found(kept());
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].substr(0, 3), "5: ");
}

TEST_P(AuditTrailTest, AChainThatWasMadeAnewIsNotTheSignedOne) {
  history();
  sql("UPDATE changes SET data = replace(data, '佐藤', '加藤') WHERE seq = " + seq(2));
  sql("DELETE FROM change_links WHERE position > " + std::to_string(first_));
  ASSERT_EQ(trail_->seal().value(), 4);
  std::vector<std::string> lines = found();
  ASSERT_THAT(lines, SizeIs(1)) << "all hashes fit, but not the signature";
  EXPECT_EQ(lines[0].substr(0, 3), "5: ");
  // Nor can it be signed anew by somebody who has the database alone.
  sql("DELETE FROM audit_checkpoints WHERE position > " + std::to_string(first_));
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_THAT(found(kept()), SizeIs(1));
}

TEST_P(AuditTrailTest, AForgedSignatureIsFound) {
  history();
  sql("UPDATE audit_checkpoints SET signature = hash WHERE position > " + std::to_string(first_));
  const std::vector<std::string> lines = found();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_NE(lines[0].find("has not signed it"), std::string::npos);
}

TEST_P(AuditTrailTest, SignsAfterSomeMinutesWhenThereIsSomething) {
  const auto signed_now = [&] { return number("SELECT count(*) FROM audit_checkpoints"); };
  const std::int64_t before = signed_now();
  change("山田");
  ASSERT_TRUE(trail_->seal());
  ASSERT_TRUE(trail_->sign_when_due());
  EXPECT_EQ(signed_now(), before) << "not yet";
  clock_.advance(std::chrono::minutes(5));
  ASSERT_TRUE(trail_->sign_when_due());
  EXPECT_EQ(signed_now(), before + 1);
  clock_.advance(std::chrono::minutes(5));
  ASSERT_TRUE(trail_->sign_when_due());
  EXPECT_EQ(signed_now(), before + 1) << "nothing new";
  const AuditCheckpointDto last = *trail_->state()->checkpoint;
  const store::AuditCheckpoint checkpoint{last.position, crypto::from_base64(last.hash).value(),
                                          last.at, ""};
  EXPECT_TRUE(crypto::ed25519_signature_holds(crypto::from_base64(last.public_key).value(),
                                              signed_text(last.hub, checkpoint),
                                              crypto::from_base64(last.signature).value()));
}

TEST_P(AuditTrailTest, SeveralProcessesSealEachChangeOnce) {
  for (int i = 0; i < 1200; ++i) change(std::to_string(i));
  {
    std::vector<std::jthread> processes;
    for (int i = 0; i < 3; ++i) {
      processes.emplace_back([&] {
        AuditTrail another(*env_, "");
        EXPECT_TRUE(another.seal());
        EXPECT_TRUE(another.sign());
      });
    }
  }
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_EQ(trail_->state()->sealed, first_ + 1199);
}

TEST_P(AuditTrailTest, LinesThatAreNoCheckpointsAreRefused) {
  const Result<AuditReport> report = trail_->verify(kept() + "{\"position\": 1}\n");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::invalid);
}

TEST_P(AuditTrailTest, AFileThatCannotBeWrittenHoldsNothingUp) {
  AuditTrail trail(*env_, test_database().folder() / "no" / "such" / "folder");
  change("山田");
  ASSERT_TRUE(trail.seal());
  EXPECT_TRUE(trail.sign());
}

INSTANTIATE_TEST_SUITE_P(Engines, AuditTrailTest, testing::engines(), testing::engine_name);

}  // namespace
}  // namespace madoguchi::service
