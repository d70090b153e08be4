// SPDX-License-Identifier: Apache-2.0
#include "connectors/clamd/scanner.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <thread>

#include "connectors/clamd/connector.h"
#include "core/base/guarded.h"
#include "tests/support/folder.h"

namespace madoguchi::connectors::clamd {
namespace {

using connector::ScanReport;
using connector::ScanVerdict;

/// A clamd on a unix socket that reads up to `reads` octets of a connection, says `answer` and
/// closes it. Real clamd is in tests/integration/scanning_test.py; this one misbehaves.
class FakeClamd {
 public:
  FakeClamd(const std::string& path, std::string answer, std::size_t reads)
      : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, sizeof name.sun_path - 1);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(listener_, 5) != 0) {
      throw std::runtime_error("no socket");
    }
    thread_ = std::jthread([this, answer = std::move(answer), reads] { serve(answer, reads); });
  }
  ~FakeClamd() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string heard() {
    return heard_.with([](const std::string& heard) { return heard; });
  }

 private:
  void serve(const std::string& answer, std::size_t reads) {
    while (true) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      char chunk[65536];
      std::size_t read = 0;
      while (read < reads) {
        const ssize_t got = ::recv(peer, chunk, std::min(sizeof chunk, reads - read), 0);
        if (got <= 0) break;
        heard_.with(
            [&](std::string& heard) { heard.append(chunk, static_cast<std::size_t>(got)); });
        read += static_cast<std::size_t>(got);
      }
      (void)::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(peer);
    }
  }

  int listener_;
  Guarded<std::string> heard_;
  std::jthread thread_;
};

class ClamdScanner : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return (folder_.path() / "clamd.ctl").string(); }
  [[nodiscard]] connector::CallOptions within(std::chrono::milliseconds time) const {
    connector::CallOptions call;
    call.deadline = clock_.steady_now() + time;
    return call;
  }
  ScanReport scan(std::string_view content,
                  std::chrono::milliseconds time = std::chrono::seconds(20)) {
    return scanner().scan(content, within(time));
  }
  Scanner scanner() {
    return {{config::ListenAddress::parse("unix:" + path()).value(), 1'000'000}, clock_};
  }

  madoguchi::testing::TemporaryFolder folder_;
  SystemClock clock_;
};

TEST_F(ClamdScanner, sends_the_content_in_chunks_with_their_lengths) {
  FakeClamd clamd(path(), std::string("stream: OK\0", 11), 10 + 4 + 5 + 4);
  EXPECT_EQ(scan("hello").verdict, ScanVerdict::clean);
  EXPECT_EQ(clamd.heard(), std::string("zINSTREAM\0\0\0\0\5hello\0\0\0\0", 23));
}

TEST_F(ClamdScanner, hears_the_answer_of_one_who_takes_no_more) {
  FakeClamd clamd(path(), std::string("INSTREAM size limit exceeded. ERROR\0", 36), 1000);
  const ScanReport report = scan(std::string(900'000, 'x'));
  // Whatever octets were on their way, this content was not judged, and never is clean.
  EXPECT_TRUE(report.verdict == ScanVerdict::refused || report.verdict == ScanVerdict::broken)
      << to_string(report.verdict);
}

TEST_F(ClamdScanner, does_not_send_what_is_too_big) {
  const ScanReport report = scan(std::string(1'000'001, 'x'));
  EXPECT_EQ(report.verdict, ScanVerdict::refused);
  EXPECT_EQ(report.detail, "over the scanner's limit of 1000000 octets");
}

TEST_F(ClamdScanner, is_away_when_nobody_listens) {
  EXPECT_EQ(scan("hello").verdict, ScanVerdict::away);
  EXPECT_EQ(scanner().probe(within(std::chrono::seconds(5))).state,
            connector::HealthState::failing);
}

TEST_F(ClamdScanner, is_broken_when_clamd_ends_without_an_answer) {
  FakeClamd clamd(path(), "", 12);
  EXPECT_EQ(scan("hello").verdict, ScanVerdict::broken);
}

TEST_F(ClamdScanner, waits_no_longer_than_it_was_told) {
  FakeClamd clamd(path(), "", 1'000'000);  // reads and reads
  const ScanReport report = scan("hello", std::chrono::milliseconds(100));
  EXPECT_EQ(report.verdict, ScanVerdict::broken);
  EXPECT_EQ(report.detail, "clamd did not answer in time");
}

TEST_F(ClamdScanner, ends_when_the_hub_stops) {
  FakeClamd clamd(path(), "", 1'000'000);
  std::stop_source stop;
  connector::CallOptions call = within(std::chrono::seconds(60));
  call.stop = stop.get_token();
  stop.request_stop();
  EXPECT_EQ(scanner().scan("hello", call).verdict, ScanVerdict::away);
}

TEST_F(ClamdScanner, reads_an_answer_without_an_end_not_for_ever) {
  FakeClamd clamd(path(), std::string(100'000, 'x'), 23);
  EXPECT_EQ(scan("hello").verdict, ScanVerdict::broken);
}

TEST_F(ClamdScanner, says_which_clamd_answers) {
  FakeClamd clamd(path(), std::string("ClamAV 1.0.7/27200/Sat Nov 21\0", 30), 9);
  const connector::Health health = scanner().probe(within(std::chrono::seconds(20)));
  EXPECT_EQ(health.state, connector::HealthState::ok);
  EXPECT_EQ(health.detail, "ClamAV 1.0.7/27200/Sat Nov 21");
}

TEST_F(ClamdScanner, knows_that_something_else_is_no_clamd) {
  FakeClamd clamd(path(), "220 mail.shop.example ESMTP\r\n", 9);
  EXPECT_EQ(scanner().probe(within(std::chrono::seconds(20))).state,
            connector::HealthState::failing);
}

TEST(ClamdOptions, refuse_what_is_no_address) {
  for (const char* bad : {"", "clamav", "unix:", "unix:relative", "127.0.0.1:0", "127.0.0.1"}) {
    EXPECT_FALSE(connector::checked(type(), {{{"address", bad}}, {}})) << bad;
  }
  for (const char* good : {"unix:/run/clamav/clamd.ctl", "127.0.0.1:3310", "clamav:3310"}) {
    EXPECT_TRUE(connector::checked(type(), {{{"address", good}}, {}})) << good;
  }
}

}  // namespace
}  // namespace madoguchi::connectors::clamd
