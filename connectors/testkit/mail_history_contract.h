// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "connectors/testkit/sandbox_host.h"
#include "core/connector/mail_history.h"

/// What every MailHistorySource has to keep. A connector's test includes this once and says
///
///     INSTANTIATE_TEST_SUITE_P(Relation, MailHistoryContract,
///                              testing::Values([] { return std::make_unique<RelationRig>(); }));
namespace madoguchi::testkit {

/// A connector, its sandbox, and what people do over there.
class MailHistoryRig {
 public:
  virtual ~MailHistoryRig() = default;
  virtual SandboxHost& sandbox() = 0;
  /// The source; after `restart`, of a new connector that remembers nothing.
  virtual connector::MailHistorySource& source() = 0;
  virtual void restart() = 0;
  /// Ids of all messages that a history has to hold.
  virtual std::set<std::string> messages_there() = 0;
  /// A customer writes, into that thread or a new one; the id of the message.
  virtual std::string write(const std::string& thread = {}) = 0;
  /// Somebody throws a thread away; its id.
  virtual std::string throw_away() = 0;
};

using MakeMailHistoryRig = std::function<std::unique_ptr<MailHistoryRig>()>;

class MailHistoryContract : public testing::TestWithParam<MakeMailHistoryRig> {
 protected:
  /// Pulls as the hub does: keeps a page with its cursor, or nothing of it.
  Result<connector::MailHistoryPage> pull(
      std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    Result<connector::MailHistoryPage> page =
        rig_->source().pull({cursor_, std::chrono::seconds(300)}, call_within(limit));
    if (!page) return page;
    EXPECT_TRUE(!page->more || page->cursor != cursor_) << "it would ask the same for ever";
    cursor_ = page->cursor;
    for (const domain::ExternalThread& one : page->threads) {
      EXPECT_FALSE(one.id.empty());
      threads_.insert(one.id);
    }
    for (const domain::ExternalMessage& one : page->messages) {
      EXPECT_FALSE(one.id.empty());
      EXPECT_GT(one.sent_at, TimePoint{});
      messages_[one.id] = one.thread;
    }
    for (const std::string& one : page->removed_threads) {
      removed_.insert(one);
      threads_.erase(one);
      for (auto message = messages_.begin(); message != messages_.end();) {
        message = message->second == one ? messages_.erase(message) : std::next(message);
      }
    }
    for (const std::string& one : page->removed_messages) messages_.erase(one);
    return page;
  }

  /// Pulls until there is nothing more for now. `between` happens before each pull.
  void fill(const std::function<void()>& between = {}) {
    for (int round = 0; round < 2000; ++round) {
      if (between) between();
      const Result<connector::MailHistoryPage> page = pull();
      if (page && !page->more) {
        EXPECT_TRUE(page->complete_until) << "filled, and does not say so";
        return;
      }
    }
    FAIL() << "does not come to an end";
  }

  std::set<std::string> brought() const {
    std::set<std::string> ids;
    for (const auto& one : messages_) ids.insert(one.first);
    return ids;
  }

  std::unique_ptr<MailHistoryRig> rig_ = GetParam()();
  std::string cursor_;
  std::map<std::string, std::string> messages_;
  std::set<std::string> threads_;
  std::set<std::string> removed_;
};

TEST_P(MailHistoryContract, brings_everything_and_goes_on_after_a_restart) {
  int pages = 0;
  fill([&] {
    rig_->restart();
    ++pages;
  });
  EXPECT_GT(pages, 1) << "everything at once is no test of going on";
  EXPECT_EQ(brought(), rig_->messages_there());
  for (const auto& one : messages_) EXPECT_TRUE(threads_.count(one.second) > 0) << one.second;
}

TEST_P(MailHistoryContract, brings_what_is_new_and_little_else) {
  fill();
  rig_->sandbox().pass_time(std::chrono::minutes(10));
  const std::string id = rig_->write();
  rig_->sandbox().pass_time(std::chrono::minutes(1));
  rig_->sandbox().control("DELETE", "/calls");
  messages_.clear();
  fill();
  EXPECT_EQ(messages_.count(id), 1U);
  EXPECT_LT(messages_.size(), rig_->messages_there().size() / 2) << "everything again";
  EXPECT_LT(rig_->sandbox().requests(), 12);
}

TEST_P(MailHistoryContract, brings_what_is_added_to_what_has_just_been_brought) {
  fill();
  rig_->sandbox().pass_time(std::chrono::minutes(10));
  const std::string first = rig_->write();
  rig_->sandbox().pass_time(std::chrono::seconds(30));
  fill();
  ASSERT_EQ(messages_.count(first), 1U);
  const std::string second = rig_->write(messages_[first]);
  rig_->sandbox().pass_time(std::chrono::seconds(30));
  fill();
  EXPECT_EQ(messages_.count(second), 1U);
  EXPECT_EQ(brought(), rig_->messages_there());
}

TEST_P(MailHistoryContract, brings_what_is_added_within_the_second_that_was_just_read) {
  fill();
  rig_->sandbox().pass_time(std::chrono::minutes(10));
  const std::string first = rig_->write();
  fill();
  ASSERT_EQ(messages_.count(first), 1U);
  const std::string second = rig_->write(messages_[first]);
  rig_->sandbox().pass_time(std::chrono::seconds(30));
  fill();
  EXPECT_EQ(messages_.count(second), 1U);
}

TEST_P(MailHistoryContract, brings_what_comes_while_the_past_is_brought) {
  ASSERT_TRUE(pull());
  rig_->sandbox().pass_time(std::chrono::minutes(5));
  const std::string id = rig_->write();
  rig_->sandbox().pass_time(std::chrono::minutes(5));
  for (int round = 0; round < 6 && messages_.count(id) == 0; ++round) ASSERT_TRUE(pull());
  EXPECT_EQ(messages_.count(id), 1U);
  fill();
  EXPECT_EQ(brought(), rig_->messages_there());
}

TEST_P(MailHistoryContract, says_what_is_gone) {
  fill();
  const std::string thread = rig_->throw_away();
  ASSERT_TRUE(threads_.count(thread) > 0);
  rig_->sandbox().pass_time(std::chrono::minutes(1));
  fill();
  EXPECT_TRUE(removed_.count(thread) > 0);
  EXPECT_EQ(brought(), rig_->messages_there());
}

TEST_P(MailHistoryContract, asks_the_gate_before_each_request) {
  fill();
  EXPECT_EQ(rig_->sandbox().gate().passed(), rig_->sandbox().requests());
}

TEST_P(MailHistoryContract, gets_on_however_few_requests_it_may_make) {
  CountingGate& gate = rig_->sandbox().gate();
  fill([&] { gate.allow(2); });
  EXPECT_EQ(brought(), rig_->messages_there());
  gate.allow(0);
  rig_->sandbox().pass_time(std::chrono::minutes(10));
  const auto page = pull();
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::rate_limited);
}

/// One way in which the other side is sick, and what may be said of it.
struct Sickness {
  const char* fault;
  std::set<ErrorCode> codes;
};

inline const std::vector<Sickness>& sicknesses() {
  static const std::vector<Sickness> kAll = {
      {R"({"kind": "status", "status": 500})", {ErrorCode::unavailable}},
      {R"({"kind": "status", "status": 502, "body": "<h1>Bad</h1>", "media_type": "text/html"})",
       {ErrorCode::unavailable}},
      {R"({"kind": "status", "status": 503, "retry_after": 9})", {ErrorCode::unavailable}},
      {R"({"kind": "status", "status": 429})", {ErrorCode::rate_limited}},
      {R"({"kind": "status", "status": 429, "retry_after": 9})", {ErrorCode::rate_limited}},
      {R"({"kind": "status", "status": 401})", {ErrorCode::unauthenticated}},
      {R"({"kind": "hang"})", {ErrorCode::unavailable}},
      {R"({"kind": "hang_headers"})", {ErrorCode::unavailable}},
      {R"({"kind": "hang_body"})", {ErrorCode::unavailable}},
      {R"({"kind": "trickle", "delay_ms": 100})", {ErrorCode::unavailable}},
      {R"({"kind": "reset"})", {ErrorCode::unavailable}},
      {R"({"kind": "drop"})", {ErrorCode::unavailable}},
      {R"({"kind": "wrong_length", "after": 7})", {ErrorCode::unavailable}},
      {R"({"kind": "truncated", "after": 7})", {ErrorCode::malformed}},
      {R"({"kind": "replaced", "body": "{\"message\": \"error\"}"})", {ErrorCode::malformed}},
      {R"({"kind": "replaced", "body": "null"})", {ErrorCode::malformed}},
      {R"({"kind": "replaced", "body": "[1]"})", {ErrorCode::malformed}},
      {R"({"kind": "replaced", "body": "<html>", "media_type": "text/html"})",
       {ErrorCode::malformed}},
      {R"({"kind": "huge"})", {ErrorCode::malformed}},
      {R"({"kind": "deep"})", {ErrorCode::malformed}},
      {R"({"kind": "charset"})", {ErrorCode::malformed}},
      {R"({"kind": "packed"})", {ErrorCode::malformed}},
      {R"({"kind": "redirect", "location": "http://127.0.0.1:1/"})", {ErrorCode::malformed}},
  };
  return kAll;
}

TEST_P(MailHistoryContract, says_what_is_wrong_and_loses_nothing) {
  for (const Sickness& one : sicknesses()) {
    SCOPED_TRACE(one.fault);
    // From now on, so that it is met whatever is asked first, and its answer is not hidden by
    // what came before it.
    std::string lasting(one.fault);
    lasting.insert(1, R"("count": -1, )");
    rig_->sandbox().fault(lasting);
    rig_->sandbox().pass_time(std::chrono::minutes(1));  // it has to ask again
    const std::string before = cursor_;
    const auto page = pull(std::chrono::milliseconds(400));
    EXPECT_FALSE(page);
    if (!page) {
      EXPECT_TRUE(one.codes.count(page.error().code) > 0) << page.error().describe();
      EXPECT_FALSE(page.error().detail.empty());
    }
    EXPECT_EQ(cursor_, before);
    rig_->sandbox().no_faults();
    const auto well = pull();
    EXPECT_TRUE(well) << well.error().describe();
  }
  fill();
  EXPECT_EQ(brought(), rig_->messages_there());
}

TEST_P(MailHistoryContract, loses_nothing_when_one_request_in_five_goes_wrong) {
  rig_->sandbox().control("POST", "/faults", R"({"seed": 7})");
  for (const char* fault :
       {R"({"kind": "status", "status": 503, "probability": 0.05, "count": -1})",
        R"({"kind": "drop", "probability": 0.05, "count": -1})",
        R"({"kind": "truncated", "after": 40, "probability": 0.05, "count": -1})",
        R"({"kind": "status", "status": 429, "probability": 0.05, "count": -1})",
        R"({"kind": "quirk", "name": "duplicate_page", "probability": 0.2, "count": -1})",
        R"({"kind": "quirk", "name": "reordered_page", "probability": 0.2, "count": -1})",
        R"({"kind": "quirk", "name": "clock_skew", "probability": 0.1, "count": -1})"}) {
    rig_->sandbox().fault(fault);
  }
  fill();
  EXPECT_EQ(brought(), rig_->messages_there());
}

TEST_P(MailHistoryContract, ends_when_it_is_told_to) {
  rig_->sandbox().fault(R"({"kind": "hang", "count": -1})");
  std::stop_source stop;
  connector::CallOptions call = call_within(std::chrono::seconds(30));
  call.stop = stop.get_token();
  stop.request_stop();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(rig_->source().pull({}, call));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace madoguchi::testkit
