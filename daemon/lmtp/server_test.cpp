// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "core/base/guarded.h"

namespace madoguchi::lmtp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct Taken {
  ReceivedEnvelope envelope;
  std::string raw;
};

/// Knows the mailboxes of shop.example; the rest is scripted.
class FakeIntake final : public Intake {
 public:
  struct State {
    std::vector<Taken> taken;
    std::optional<Error> failure;
    bool hold = false;
    bool throwing = false;
    int waiting = 0;
    std::size_t count = 0;
  };

  Result<std::string> resolve(std::string_view recipient) override {
    if (recipient == "down@shop.example") return fail(Error::unavailable("database"));
    if (recipient == "throw@shop.example") throw std::runtime_error("resolve");
    if (recipient == "postmaster" || recipient.ends_with("@shop.example")) {
      if (!recipient.starts_with("nobody")) return std::string("support");
    }
    return fail(Error::not_found({"no mailbox", "なし"}));
  }

  Result<void> receive(const ReceivedEnvelope& envelope, std::string_view raw) override {
    state.update([](State& now) { ++now.waiting; });
    return state.wait([](const State& now) { return !now.hold; },
                      [&](State& now) -> Result<void> {
                        --now.waiting;
                        if (now.throwing) throw std::runtime_error("receive");
                        if (now.failure) return fail(*now.failure);
                        ++now.count;
                        if (keep) now.taken.push_back({envelope, std::string(raw)});
                        return {};
                      });
  }

  void set_failure(std::optional<Error> failure) {
    state.update([&](State& now) { now.failure = std::move(failure); });
  }
  void hold(bool on) {
    state.update([&](State& now) { now.hold = on; });
  }
  bool wait_for_waiting() {
    return state.wait_until(
        std::chrono::steady_clock::now() + seconds(10),
        [](const State& now) { return now.waiting > 0; }, [](State&) {});
  }
  std::vector<Taken> taken() {
    return state.with([](State& now) { return now.taken; });
  }
  std::size_t count() {
    return state.with([](State& now) { return now.count; });
  }

  Monitor<State> state;
  bool keep = true;
};

/// A raw socket that speaks lines.
class Client {
 public:
  explicit Client(int port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    limit();
  }
  explicit Client(const std::string& path) {
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    limit();
  }
  ~Client() {
    if (fd_ >= 0) ::close(fd_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// The next line without CRLF; "(end)" when the server has closed.
  std::string line() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      char chunk[4096];
      const ssize_t got = ::recv(fd_, chunk, sizeof chunk, 0);
      if (got <= 0) return got == 0 ? "(end)" : "(timeout)";
      buffer_.append(chunk, static_cast<std::size_t>(got));
    }
    std::string text = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return text;
  }
  /// Sends a command and returns the last line of its reply.
  std::string ask(const std::string& command) {
    send(command + "\r\n");
    std::string text = line();
    while (text.size() > 3 && text[3] == '-') text = line();
    return text;
  }
  void greet() {
    EXPECT_THAT(line(), StartsWith("220 "));
    EXPECT_THAT(ask("LHLO mx.example"), StartsWith("250 "));
  }
  /// Up to the 354.
  void begin(const std::string& recipient = "support@shop.example") {
    EXPECT_THAT(ask("MAIL FROM:<ann@customer.example>"), StartsWith("250 2.1.0"));
    EXPECT_THAT(ask("RCPT TO:<" + recipient + ">"), StartsWith("250 2.1.5"));
    EXPECT_THAT(ask("DATA"), StartsWith("354 "));
  }
  void close() {
    ::close(fd_);
    fd_ = -1;
  }

 private:
  void limit() {
    timeval timeout{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  }

  int fd_ = -1;
  bool connected_ = false;
  std::string buffer_;
};

class LmtpServer : public testing::Test {
 protected:
  LmtpServer() {
    options_.listen = "127.0.0.1:0";
    options_.host_name = "hub.example";
  }
  ~LmtpServer() override {
    if (null_ >= 0) ::close(null_);
  }

  void start() {
    server_.emplace(options_, intake_, clock_, log_, metrics_);
    const Result<void> started = server_->start();
    ASSERT_TRUE(started) << started.error().describe();
  }
  std::uint64_t counted(const std::string& name) { return metrics_.counter(name, "").value(); }

  int null_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  SystemClock clock_;
  observe::Log log_{null_, clock_};
  observe::Registry metrics_;
  FakeIntake intake_;
  ServerOptions options_;
  std::optional<Server> server_;
};

TEST_F(LmtpServer, takes_a_mail) {
  start();
  Client client(server_->port());
  EXPECT_EQ(client.line(), "220 hub.example LMTP");
  client.send("LHLO mx.example\r\n");
  EXPECT_EQ(client.line(), "250-hub.example");
  EXPECT_EQ(client.line(), "250-PIPELINING");
  EXPECT_EQ(client.line(), "250-8BITMIME");
  EXPECT_EQ(client.line(), "250-SMTPUTF8");
  EXPECT_EQ(client.line(), "250-SIZE 52428800");
  EXPECT_EQ(client.line(), "250 ENHANCEDSTATUSCODES");
  EXPECT_EQ(client.ask("MAIL FROM:<ann@customer.example> SIZE=20 BODY=8BITMIME"), "250 2.1.0 ok");
  EXPECT_EQ(client.ask("RCPT TO:<support@shop.example>"), "250 2.1.5 ok");
  EXPECT_THAT(client.ask("DATA"), StartsWith("354 "));
  EXPECT_EQ(client.ask("Subject: x\r\n\r\n..dot \xE3\x81\x82\r\n."), "250 2.0.0 taken");
  EXPECT_EQ(client.ask("QUIT"), "221 2.0.0 bye");
  EXPECT_EQ(client.line(), "(end)");

  ASSERT_EQ(intake_.taken().size(), 1U);
  const Taken mail = intake_.taken()[0];
  EXPECT_EQ(mail.raw, "Subject: x\r\n\r\n.dot \xE3\x81\x82\r\n");
  EXPECT_EQ(mail.envelope.sender, "ann@customer.example");
  ASSERT_EQ(mail.envelope.recipients.size(), 1U);
  EXPECT_EQ(mail.envelope.recipients[0].address, "support@shop.example");
  EXPECT_EQ(mail.envelope.recipients[0].mailbox, "support");
  EXPECT_THAT(mail.envelope.peer, StartsWith("127.0.0.1:"));
  EXPECT_TRUE(mail.envelope.eight_bit);
  EXPECT_FALSE(mail.envelope.smtputf8);
  EXPECT_EQ(counted("madoguchi_lmtp_mails_taken_total"), 1U);
}

TEST_F(LmtpServer, answers_pipelined_commands_in_order) {
  start();
  Client client(server_->port());
  client.send(
      "LHLO mx.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@shop.example>\r\nRCPT "
      "TO:<nobody@x.example>\r\n"
      "RCPT TO:<b@shop.example>\r\nDATA\r\n");
  std::vector<std::string> codes;
  for (int i = 0; i < 12; ++i) codes.push_back(client.line().substr(0, 9));
  EXPECT_THAT(codes, ElementsAre("220 hub.e", "250-hub.e", "250-PIPEL", "250-8BITM", "250-SMTPU",
                                 "250-SIZE ", "250 ENHAN", "250 2.1.0", "250 2.1.5", "550 5.1.1",
                                 "250 2.1.5", "354 go ah"));
  client.send("one\r\n.\r\nMAIL FROM:<x@y.example>\r\nRCPT TO:<c@shop.example>\r\nDATA\r\n");
  EXPECT_EQ(client.line(), "250 2.0.0 taken");
  EXPECT_EQ(client.line(), "250 2.0.0 taken");
  EXPECT_EQ(client.line(), "250 2.1.0 ok");
  EXPECT_EQ(client.line(), "250 2.1.5 ok");
  EXPECT_THAT(client.line(), StartsWith("354"));
  client.send("two\r\n.\r\nQUIT\r\n");
  EXPECT_EQ(client.line(), "250 2.0.0 taken");
  EXPECT_THAT(client.line(), StartsWith("221"));
  ASSERT_EQ(intake_.taken().size(), 2U);
  EXPECT_EQ(intake_.taken()[0].envelope.sender, "");
  EXPECT_EQ(intake_.taken()[0].envelope.recipients.size(), 2U);
  EXPECT_EQ(intake_.taken()[1].raw, "two\r\n");
}

TEST_F(LmtpServer, demands_the_order_of_commands) {
  start();
  Client client(server_->port());
  client.line();
  EXPECT_THAT(client.ask("EHLO x"), StartsWith("500 5.5.1"));
  EXPECT_THAT(client.ask("HELO x"), StartsWith("500 5.5.1"));
  EXPECT_THAT(client.ask("MAIL FROM:<a@b.example>"), StartsWith("503 5.5.1"));
  EXPECT_THAT(client.ask("LHLO"), StartsWith("501 5.5.4"));
  EXPECT_THAT(client.ask("LHLO x"), StartsWith("250 "));
  EXPECT_THAT(client.ask("RCPT TO:<a@shop.example>"), StartsWith("503 5.5.1"));
  EXPECT_THAT(client.ask("DATA"), StartsWith("503 5.5.1"));
  EXPECT_THAT(client.ask("MAIL FROM:<a@b.example>"), StartsWith("250"));
  EXPECT_THAT(client.ask("MAIL FROM:<a@b.example>"), StartsWith("503 5.5.1"));
  EXPECT_THAT(client.ask("RCPT TO:<nobody@x.example>"), StartsWith("550 5.1.1"));
  EXPECT_THAT(client.ask("DATA"), StartsWith("503 5.5.1"));
  EXPECT_THAT(client.ask("RSET"), StartsWith("250"));
  EXPECT_THAT(client.ask("NOOP"), StartsWith("250"));
  EXPECT_THAT(client.ask("VRFY a"), StartsWith("252"));
  EXPECT_THAT(client.ask("RCPT TO:<a@shop.example>"), StartsWith("503 5.5.1"));
  client.begin();
  EXPECT_THAT(client.ask("."), StartsWith("250 2.0.0"));
  EXPECT_EQ(intake_.taken().at(0).raw, "");
}

TEST_F(LmtpServer, refuses_what_is_no_address_or_parameter) {
  start();
  Client client(server_->port());
  client.greet();
  EXPECT_THAT(client.ask("MAIL FROM:a@b.example"), StartsWith("501 5.5.4"));
  EXPECT_THAT(client.ask("MAIL FROM:<a b@c.example>"), StartsWith("553 5.1.7"));
  EXPECT_THAT(client.ask("MAIL FROM:<a@b.example> SIZE=x"), StartsWith("501 5.5.4"));
  EXPECT_THAT(client.ask("MAIL FROM:<a@b.example> BODY=BINARYMIME"), StartsWith("501 5.5.4"));
  EXPECT_THAT(client.ask("MAIL FROM:<a@b.example> RET=FULL"), StartsWith("555 5.5.4"));
  EXPECT_THAT(client.ask("MAIL FROM:<a@b.example>"), StartsWith("250"));
  EXPECT_THAT(client.ask("RCPT TO:<>"), StartsWith("553 5.1.3"));
  EXPECT_THAT(client.ask("RCPT TO:<a@shop.example> NOTIFY=NEVER"), StartsWith("555 5.5.4"));
  EXPECT_THAT(client.ask("RCPT TO:<Postmaster>"), StartsWith("550"));
  EXPECT_THAT(client.ask("RCPT TO:<postmaster>"), StartsWith("250"));
}

TEST_F(LmtpServer, ten_bad_commands_end_the_session) {
  start();
  Client client(server_->port());
  client.line();
  for (int i = 0; i < 9; ++i) EXPECT_THAT(client.ask("GET / HTTP/1.1"), StartsWith("500 5.5.1"));
  EXPECT_THAT(client.ask("Host: x"), StartsWith("421 4.7.0"));
  EXPECT_EQ(client.line(), "(end)");
}

TEST_F(LmtpServer, long_lines_and_bare_line_feeds_are_no_commands) {
  start();
  Client client(server_->port());
  client.greet();
  EXPECT_THAT(client.ask(std::string(1990, 'x')), StartsWith("500 5.5.1"));
  EXPECT_THAT(client.ask(std::string(2001, 'x')), StartsWith("500 5.5.6"));
  EXPECT_THAT(client.ask("NOOP " + std::string(300'000, 'x')), StartsWith("500 5.5.6"));
  client.send("NOOP\nNOOP\r\n");
  EXPECT_THAT(client.line(), StartsWith("500 5.5.2"));
  EXPECT_THAT(client.line(), StartsWith("250"));
}

TEST_F(LmtpServer, takes_addresses_beyond_ascii_and_in_quotes) {
  start();
  Client client(server_->port());
  client.greet();
  EXPECT_THAT(client.ask("MAIL FROM:<\xE5\xB1\xB1\xE7\x94\xB0@customer.example> SMTPUTF8"),
              StartsWith("250"));
  EXPECT_THAT(client.ask("RCPT TO:<\"a > b\"@shop.example>"), StartsWith("250"));
  EXPECT_THAT(client.ask("RCPT TO:<\xE7\xAA\x93\xE5\x8F\xA3@shop.example>"), StartsWith("250"));
  EXPECT_THAT(client.ask("RCPT TO:<\xE7\xAA@shop.example>"), StartsWith("553"));
  EXPECT_THAT(client.ask("RCPT TO:<a..b.@shop.example>"), StartsWith("250"));
  EXPECT_THAT(client.ask("DATA"), StartsWith("354"));
  EXPECT_THAT(client.ask("x\r\n."), StartsWith("250"));
  client.line();
  client.line();
  const Taken mail = intake_.taken().at(0);
  EXPECT_TRUE(mail.envelope.smtputf8);
  EXPECT_EQ(mail.envelope.sender, "\xE5\xB1\xB1\xE7\x94\xB0@customer.example");
  EXPECT_EQ(mail.envelope.recipients[0].address, "\"a > b\"@shop.example");
  EXPECT_EQ(mail.envelope.recipients[2].address, "a..b.@shop.example");
}

TEST_F(LmtpServer, too_many_recipients_are_put_off) {
  options_.max_recipients = 3;
  start();
  Client client(server_->port());
  client.greet();
  client.ask("MAIL FROM:<>");
  for (int i = 0; i < 3; ++i)
    EXPECT_THAT(client.ask("RCPT TO:<a@shop.example>"), StartsWith("250"));
  EXPECT_THAT(client.ask("RCPT TO:<a@shop.example>"), StartsWith("452 4.5.3"));
  EXPECT_THAT(client.ask("DATA"), StartsWith("354"));
  EXPECT_THAT(client.ask("x\r\n."), StartsWith("250"));
}

TEST_F(LmtpServer, what_the_intake_cannot_do_now_is_put_off_for_each_recipient) {
  start();
  Client client(server_->port());
  client.greet();
  Error full = Error::unavailable("no space");
  full.type = "storage-full";
  const std::vector<std::pair<Error, std::string>> cases = {
      {Error::unavailable("database"), "451 4.3.0"}, {full, "452 4.3.1"},
      {Error::internal("bug"), "451 4.3.0"},         {Error::too_large({"", ""}), "552 5.3.4"},
      {Error::invalid("", {"", ""}), "554 5.6.0"},
  };
  for (const auto& one : cases) {
    intake_.set_failure(one.first);
    client.ask("MAIL FROM:<a@b.example>");
    client.ask("RCPT TO:<a@shop.example>");
    client.ask("RCPT TO:<b@shop.example>");
    client.ask("DATA");
    EXPECT_THAT(client.ask("x\r\n."), StartsWith(one.second));
    EXPECT_THAT(client.line(), StartsWith(one.second));
  }
  intake_.set_failure(std::nullopt);
  client.begin();
  EXPECT_THAT(client.ask("x\r\n."), StartsWith("250"));
  EXPECT_EQ(intake_.count(), 1U);
  EXPECT_EQ(counted("madoguchi_lmtp_mails_deferred_total"), 3U);
  EXPECT_EQ(counted("madoguchi_lmtp_mails_refused_total"), 2U);
}

TEST_F(LmtpServer, an_intake_that_throws_puts_the_mail_off) {
  start();
  intake_.state.update([](FakeIntake::State& now) { now.throwing = true; });
  Client client(server_->port());
  client.greet();
  client.begin();
  EXPECT_THAT(client.ask("x\r\n."), StartsWith("451 4.3.0"));
  client.ask("MAIL FROM:<>");
  EXPECT_THAT(client.ask("RCPT TO:<throw@shop.example>"), StartsWith("451 4.3.0"));
  EXPECT_THAT(client.ask("RCPT TO:<down@shop.example>"), StartsWith("451 4.3.0"));
}

TEST_F(LmtpServer, a_message_that_is_too_large_is_read_to_its_end_and_refused) {
  options_.max_message_bytes = 1000;
  start();
  Client client(server_->port());
  client.greet();
  EXPECT_THAT(client.ask("MAIL FROM:<> SIZE=1001"), StartsWith("552 5.3.4"));
  EXPECT_THAT(client.ask("MAIL FROM:<> SIZE=99999999999999999999999"), StartsWith("552 5.3.4"));
  client.begin();
  EXPECT_THAT(client.ask(std::string(300'000, 'x') + "\r\n."), StartsWith("552 5.3.4"));
  client.begin();
  EXPECT_THAT(client.ask(std::string(999, 'x') + "\r\n."), StartsWith("552 5.3.4"));
  client.begin();
  EXPECT_THAT(client.ask(std::string(998, 'x') + "\r\n."), StartsWith("250"));
  EXPECT_EQ(intake_.count(), 1U);
}

TEST_F(LmtpServer, a_message_with_a_bare_line_feed_is_refused_at_its_real_end) {
  start();
  const std::string smuggled =
      "MAIL FROM:<boss@shop.example>\r\nRCPT TO:<support@shop.example>\r\nDATA\r\nevil\r\n";
  for (const char* false_end : {"\n.\n", "\n.\r\n", "\r\n.\n"}) {
    Client client(server_->port());
    client.greet();
    client.begin();
    EXPECT_THAT(client.ask("x" + std::string(false_end) + smuggled + "."), StartsWith("554 5.6.0"));
    EXPECT_THAT(client.ask("NOOP"), StartsWith("250")) << "nothing was taken for a command";
  }
  EXPECT_EQ(intake_.count(), 0U);
}

TEST_F(LmtpServer, a_bare_carriage_return_ends_nothing) {
  start();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"x\r.\r\ny\r\n", "x\r.\r\ny\r\n"},
      {"x\r\n.\ry\r\n", "x\r\n\ry\r\n"},
      {"x\r.\ry\r\n", "x\r.\ry\r\n"},
  };
  for (const auto& one : cases) {
    Client client(server_->port());
    client.greet();
    client.begin();
    EXPECT_THAT(client.ask(one.first + "."), StartsWith("250"));
    EXPECT_EQ(intake_.taken().back().raw, one.second);
  }
}

TEST_F(LmtpServer, a_message_that_breaks_off_is_not_taken) {
  start();
  {
    Client client(server_->port());
    client.greet();
    client.begin();
    client.send("Subject: x\r\n\r\nhalf a mail\r\n.\r");
  }
  {
    Client client(server_->port());
    client.greet();
    client.begin();
    client.send(std::string(1'000'000, 'x'));
  }
  server_->stop(seconds(10));
  EXPECT_EQ(intake_.count(), 0U);
  EXPECT_EQ(counted("madoguchi_lmtp_mails_broken_off_total"), 2U);
}

TEST_F(LmtpServer, a_large_message_arrives_whole) {
  options_.spool_above = 1000;
  start();
  Client client(server_->port());
  client.greet();
  std::string body;
  while (body.size() < 5'000'000) {
    body += "line " + std::to_string(body.size()) + std::string(body.size() % 3000, 'y') + "\r\n";
  }
  for (int i = 0; i < 2; ++i) {
    client.begin();
    EXPECT_THAT(client.ask(body + "."), StartsWith("250"));
    EXPECT_TRUE(intake_.taken().back().raw == body);
  }
  client.begin();
  EXPECT_THAT(client.ask("small\r\n."), StartsWith("250"));
  EXPECT_EQ(intake_.taken().back().raw, "small\r\n");
}

TEST_F(LmtpServer, a_spool_that_cannot_be_written_puts_large_mails_off) {
  options_.spool_dir = "/nonexistent/folder";
  options_.spool_above = 1000;
  start();
  Client client(server_->port());
  client.greet();
  client.begin();
  EXPECT_THAT(client.ask(std::string(5000, 'x') + "\r\n."), StartsWith("452 4.3.1"));
  client.begin();
  EXPECT_THAT(client.ask("small\r\n."), StartsWith("250"));
}

TEST_F(LmtpServer, an_idle_client_is_sent_away) {
  options_.idle_deadline = milliseconds(100);
  start();
  Client client(server_->port());
  client.greet();
  EXPECT_THAT(client.line(), StartsWith("421 4.4.2"));
  EXPECT_EQ(client.line(), "(end)");
}

TEST_F(LmtpServer, dribbling_does_not_stretch_a_deadline) {
  options_.idle_deadline = milliseconds(200);
  options_.transaction_deadline = milliseconds(400);
  start();
  for (const bool within_message : {false, true}) {
    Client client(server_->port());
    client.greet();
    if (within_message) client.begin();
    std::jthread dribble([&](const std::stop_token& stop) {
      Monitor<bool> never(false);
      while (!stop.stop_requested() && client.send("x")) {
        never.wait_until(
            std::chrono::steady_clock::now() + milliseconds(20), [](bool now) { return now; },
            [](bool) {});
      }
    });
    EXPECT_THAT(client.line(), StartsWith("421 4.4.2"));
  }
  server_->stop(seconds(5));
  EXPECT_EQ(intake_.count(), 0U);
}

TEST_F(LmtpServer, above_the_limit_connections_are_turned_away) {
  options_.max_connections = 2;
  start();
  {
    Client one(server_->port());
    Client two(server_->port());
    one.greet();
    two.greet();
    Client three(server_->port());
    EXPECT_THAT(three.line(), StartsWith("421 4.3.2"));
    EXPECT_EQ(three.line(), "(end)");
    EXPECT_THAT(one.ask("QUIT"), StartsWith("221"));
    EXPECT_EQ(one.line(), "(end)");
  }
  const auto deadline = std::chrono::steady_clock::now() + seconds(10);
  std::string greeting;
  while (!greeting.starts_with("220") && std::chrono::steady_clock::now() < deadline) {
    greeting = Client(server_->port()).line();
  }
  EXPECT_THAT(greeting, StartsWith("220"));
  EXPECT_GE(counted("madoguchi_lmtp_turned_away_total"), 1U);
}

TEST_F(LmtpServer, listens_on_a_unix_socket_of_its_group) {
  std::string folder = (std::filesystem::temp_directory_path() / "madoguchi-lmtp-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/lmtp.sock";
  options_.listen = "unix:" + path;
  start();
  EXPECT_EQ(server_->port(), 0);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
  {
    Client client(path);
    client.greet();
    client.begin();
    EXPECT_THAT(client.ask("x\r\n."), StartsWith("250"));
    EXPECT_EQ(intake_.taken().at(0).envelope.peer, "unix");
    Server second(options_, intake_, clock_, log_, metrics_);
    EXPECT_FALSE(second.start()) << "a socket in use is not taken over";
  }
  server_->stop(seconds(5));
  EXPECT_NE(::stat(path.c_str(), &status), 0);

  const int left_behind = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(left_behind, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(left_behind);
  start();
  Client(path).greet();
  server_.reset();

  std::ofstream(path) << "somebody's file";
  Server third(options_, intake_, clock_, log_, metrics_);
  EXPECT_FALSE(third.start());
  EXPECT_TRUE(std::filesystem::exists(path));
  std::filesystem::remove_all(folder);
}

TEST_F(LmtpServer, takes_over_an_inherited_socket) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  options_.inherited = fd;
  Server early(options_, intake_, clock_, log_, metrics_);
  EXPECT_FALSE(early.start()) << "it does not listen yet";
  ASSERT_EQ(::listen(fd, 16), 0);
  const int kept = ::dup(fd);
  start();
  Client(server_->port()).greet();
  server_->stop(seconds(5));
  // The other holder of the socket keeps it alive: clients wait instead of failing.
  Client waiting(server_->port());
  EXPECT_TRUE(waiting.connected());
  ::close(kept);
}

TEST_F(LmtpServer, refuses_an_address_it_cannot_have) {
  start();
  options_.listen = "127.0.0.1:" + std::to_string(server_->port());
  Server second(options_, intake_, clock_, log_, metrics_);
  const Result<void> result = second.start();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().detail, HasSubstr(options_.listen));
  options_.listen = "nonsense";
  Server third(options_, intake_, clock_, log_, metrics_);
  EXPECT_FALSE(third.start());
}

TEST_F(LmtpServer, stopping_sends_idle_clients_away_and_lets_messages_finish) {
  start();
  Client idle(server_->port());
  idle.greet();
  Client busy(server_->port());
  busy.greet();
  busy.begin();
  busy.send("Subject: x\r\n");
  std::jthread stopper([&] { server_->stop(seconds(20)); });
  EXPECT_THAT(idle.line(), StartsWith("421 4.3.2"));
  EXPECT_EQ(idle.line(), "(end)");
  EXPECT_THAT(busy.ask("\r\nrest\r\n."), StartsWith("250 2.0.0"));
  EXPECT_THAT(busy.line(), StartsWith("421 4.3.2"));
  stopper.join();
  EXPECT_EQ(intake_.count(), 1U);
  EXPECT_FALSE(Client(server_->port()).connected());
}

TEST_F(LmtpServer, stopping_cuts_who_does_not_finish) {
  start();
  Client slow(server_->port());
  slow.greet();
  slow.begin();
  slow.send("Subject: x\r\n");
  server_->stop(milliseconds(50));
  EXPECT_NE(slow.line().substr(0, 3), "250");
  EXPECT_EQ(intake_.count(), 0U);
}

TEST_F(LmtpServer, stopping_waits_for_the_intake_whatever_the_limit) {
  start();
  intake_.hold(true);
  Client client(server_->port());
  client.greet();
  client.begin();
  client.send("x\r\n.\r\n");
  ASSERT_TRUE(intake_.wait_for_waiting());
  std::jthread stopper([&] { server_->stop(seconds(20)); });
  intake_.hold(false);
  EXPECT_THAT(client.line(), StartsWith("250"));
  stopper.join();
  EXPECT_EQ(intake_.count(), 1U);
}

TEST_F(LmtpServer, stopping_under_load_loses_nothing_that_was_answered) {
  intake_.keep = false;
  start();
  std::atomic<std::size_t> answered{0};
  Monitor<int> begun(0);
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&] {
        Client client(server_->port());
        client.line();
        std::string reply = client.ask("LHLO x");
        while (reply.starts_with("250")) {
          client.send("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@shop.example>\r\nDATA\r\n");
          for (int j = 0; j < 3 && !reply.starts_with("354"); ++j) reply = client.line();
          if (!reply.starts_with("354")) break;
          reply = client.ask("Subject: x\r\n\r\n" + std::string(2000, 'y') + "\r\n.");
          if (reply.starts_with("250")) ++answered;
          begun.update([](int& count) { ++count; });
        }
      });
    }
    begun.wait([](int count) { return count > 200; }, [](int) {});
    server_->stop(seconds(20));
  }
  EXPECT_EQ(intake_.count(), answered.load());
  EXPECT_GT(answered.load(), 100U);
}

}  // namespace
}  // namespace madoguchi::lmtp
