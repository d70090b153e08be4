// SPDX-License-Identifier: Apache-2.0
#include "core/observe/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "core/base/email_address.h"
#include "core/base/phone_number.h"
#include "core/base/secret.h"

namespace madoguchi::observe {
namespace {

static_assert(!std::is_constructible_v<Field, std::string_view, Secret>);
static_assert(!std::is_constructible_v<Field, std::string_view, EmailAddress>);
static_assert(!std::is_constructible_v<Field, std::string_view, PhoneNumber>);
static_assert(!std::is_constructible_v<Field, std::string_view, const void*>);
static_assert(std::is_constructible_v<Field, std::string_view, std::string>);

struct SampleTag;

constexpr LogMessage kStarted{"test.started", Level::info, "The sample started.", ""};
constexpr LogMessage kDetail{"test.detail", Level::debug, "A detail.", ""};
constexpr LogMessage kStuck{"test.stuck", Level::error, "The sample is stuck.", "Pull it out."};

class FixedClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return from_micros(1'790'000'000'250'000); }
  [[nodiscard]] SteadyPoint steady_now() const override { return {}; }
};

class LogTest : public testing::Test {
 protected:
  LogTest() { EXPECT_EQ(::pipe(pipe_), 0); }
  ~LogTest() override {
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }

  // What was written so far; a pipe holds 64 KiB, more than any test here writes unread.
  std::string written() {
    ::fcntl(pipe_[0], F_SETFL, O_NONBLOCK);
    std::string text;
    char buffer[4096];
    ssize_t size = 0;
    while ((size = ::read(pipe_[0], buffer, sizeof buffer)) > 0) {
      text.append(buffer, static_cast<std::size_t>(size));
    }
    return text;
  }

  FixedClock clock_;
  int pipe_[2] = {-1, -1};
};

TEST_F(LogTest, ALineIsOneJsonObjectWithTypedFields) {
  Log log(pipe_[1], clock_);
  log.write(kStarted, {{"mailbox", "support"},
                       {"size_bytes", 12U},
                       {"delta", -3},
                       {"ratio", 0.5},
                       {"ok", true},
                       {"case", Id<SampleTag>("0190")},
                       {"took_seconds", std::chrono::milliseconds(1500)},
                       {"due", from_micros(0)},
                       request_id("r-1")});
  EXPECT_EQ(written(),
            R"({"time":"2026-09-21T14:13:20.250000Z","level":"info","id":"test.started",)"
            R"("text":"The sample started.","mailbox":"support","size_bytes":12,"delta":-3,)"
            R"("ratio":0.5,"ok":true,"case":"0190","took_seconds":1.5,)"
            R"("due":"1970-01-01T00:00:00Z","request_id":"r-1"})"
            "\n");
}

TEST_F(LogTest, AdviceAndErrorsStandInTheLine) {
  Log log(pipe_[1], clock_);
  log.write(kStuck, {{"error", Error::internal("disk gone")}});
  const std::string line = written();
  EXPECT_NE(line.find(R"("advice":"Pull it out.")"), std::string::npos) << line;
  EXPECT_NE(line.find("disk gone"), std::string::npos) << line;
}

TEST_F(LogTest, TheLevelDecidesAndCanChange) {
  Log log(pipe_[1], clock_);
  log.write(kDetail);
  EXPECT_EQ(written(), "");
  EXPECT_FALSE(log.enabled(Level::debug));
  log.set_level(Level::debug);
  log.write(kDetail);
  EXPECT_NE(written().find("test.detail"), std::string::npos);
  log.set_level(Level::error);
  log.write(kStarted);
  EXPECT_EQ(written(), "");
  log.write(kStuck);
  EXPECT_NE(written().find("test.stuck"), std::string::npos);
}

TEST_F(LogTest, AValueCannotForgeALineOrSteerATerminal) {
  Log log(pipe_[1], clock_);
  log.write(kStarted, {{"value", std::string("a\"b\\c\n{\"x\":1}\r\t\x1b[2J\x7f\0end", 24)},
                       {"marks", "\u202Eabc\u2028\u2066\u0085日本語"}});
  const std::string line = written();
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  for (const char c : line.substr(0, line.size() - 1)) {
    EXPECT_FALSE(static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
  }
  EXPECT_NE(line.find(R"("a\"b\\c\n{\"x\":1}\r\t\u001b[2J\u007f\u0000end")"), std::string::npos)
      << line;
  EXPECT_NE(line.find(R"("\u202eabc\u2028\u2066\u0085日本語")"), std::string::npos) << line;
}

TEST_F(LogTest, BytesThatAreNotUtf8AreReplaced) {
  for (const std::string bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe3\x81",
                                "\x80", "\xf8\x88\x80\x80\x80"}) {
    std::string out;
    append_json_string(out, "a" + bad);
    EXPECT_EQ(out.rfind("\"a\xEF\xBF\xBD", 0), 0U);
    EXPECT_EQ(out.back(), '"');
    for (std::size_t i = 2; i + 1 < out.size(); i += 3) {
      EXPECT_EQ(out.substr(i, 3), "\xEF\xBF\xBD");
    }
  }
}

TEST_F(LogTest, LongTextIsCutAtACharacter) {
  Log log(pipe_[1], clock_);
  std::string text = "x";
  for (int i = 0; i < 2000; ++i) text += "あ";
  log.write(kStarted, {{"value", text}});
  const std::string line = written();
  EXPECT_LT(line.size(), 2300U);
  EXPECT_NE(line.find("あ…\"}"), std::string::npos);
  EXPECT_EQ(line.find("\xEF\xBF\xBD"), std::string::npos);
}

TEST_F(LogTest, TextPassesTheGuardBeforeItIsCut) {
  Log log(pipe_[1], clock_, {Level::info, [](std::string& text) {
                               const auto at = text.find("4111");
                               if (at != std::string::npos) text.replace(at, 4, "****");
                             }});
  log.write(kStarted, {{"value", std::string(2046, 'x') + "4111"}});
  const std::string line = written();
  EXPECT_EQ(line.find("41"), std::string::npos);
  EXPECT_NE(line.find("**…"), std::string::npos);
}

TEST_F(LogTest, NumbersThatJsonLacksAreNull) {
  Log log(pipe_[1], clock_);
  log.write(kStarted, {{"a", std::numeric_limits<double>::infinity()},
                       {"b", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_NE(written().find(R"("a":null,"b":null)"), std::string::npos);
}

TEST_F(LogTest, ALineThatCannotBeWrittenIsCounted) {
  Log log(-1, clock_);
  log.write(kStuck);
  EXPECT_EQ(log.dropped(), 1U);
}

TEST_F(LogTest, LinesOfManyThreadsDoNotMix) {
  Log log(pipe_[1], clock_);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&log, t] {
        for (int i = 0; i < 25; ++i)
          log.write(kStarted, {{"value", std::string(300, static_cast<char>('a' + t))}});
      });
    }
  }
  std::string text = written();
  int lines = 0;
  for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos; ++lines) {
    const std::string line = text.substr(0, end);
    text.erase(0, end + 1);
    EXPECT_EQ(line.rfind("{\"time\"", 0), 0U);
    const std::size_t value = line.find("\"value\":\"") + 9;
    EXPECT_EQ(line.substr(value), std::string(300, line[value]) + "\"}");
  }
  EXPECT_EQ(lines, 100);
}

}  // namespace
}  // namespace madoguchi::observe
