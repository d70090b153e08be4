// SPDX-License-Identifier: Apache-2.0
#include "connectors/smtp/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "connectors/smtp/connector.h"
#include "connectors/testkit/smtp_server.h"
#include "core/base/clock.h"

namespace madoguchi::connectors::smtp {
namespace {

using connector::CallOptions;
using connector::Envelope;
using connector::Health;
using connector::HealthState;
using connector::SendOutcome;
using connector::SendReport;
using testing::ElementsAre;
using testing::HasSubstr;
using testkit::Answer;
using testkit::ServerTls;
using testkit::SmtpScript;
using testkit::SmtpServer;

const Envelope kOne{"desk@shop.example", {"ann@customer.example"}};
const Envelope kThree{"desk@shop.example",
                      {"ann@customer.example", "bob@customer.example", "cho@customer.example"}};
const std::string kMail = "Subject: hello\r\n\r\nGood morning.\r\n";

/// The system's clock, which can be put forward.
class MovableClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return system_.now(); }
  [[nodiscard]] SteadyPoint steady_now() const override {
    return system_.steady_now() + std::chrono::seconds(ahead_seconds.load());
  }

  std::atomic<int> ahead_seconds{0};

 private:
  SystemClock system_;
};

class SmtpSender : public testing::Test {
 protected:
  Options options_for(const SmtpServer& server) {
    return {.host = "127.0.0.1", .port = server.port(), .helo_name = "hub.example"};
  }
  CallOptions within(std::chrono::milliseconds time = std::chrono::seconds(20)) {
    return {clock_.steady_now() + time};
  }
  /// The outcome for kOne against a server that gives `answer` at `point`.
  connector::RecipientReport outcome_at(const std::string& point, Answer answer,
                                        std::chrono::milliseconds time = std::chrono::seconds(20)) {
    SmtpServer server({.answers = {{point, std::move(answer)}}});
    Sender sender(options_for(server), clock_);
    const SendReport report = sender.send(kOne, kMail, within(time));
    EXPECT_EQ(report.recipients.size(), 1U);
    return report.recipients.at(0);
  }

  MovableClock clock_;
};

TEST_F(SmtpSender, sends_and_keeps_the_servers_words) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  const SendReport report = sender.send(kThree, kMail, within());
  ASSERT_EQ(report.recipients.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(report.recipients[i].address, kThree.recipients[i]);
    EXPECT_EQ(report.recipients[i].outcome, SendOutcome::sent);
    EXPECT_EQ(report.recipients[i].smtp_code, 250);
    EXPECT_EQ(report.recipients[i].detail, "250 2.0.0 queued as 4711");
  }
  ASSERT_EQ(server.mails().size(), 1U);
  EXPECT_EQ(server.mails()[0].data, kMail);
  EXPECT_EQ(server.mails()[0].recipients, kThree.recipients);
  EXPECT_THAT(server.mails()[0].mail_command, HasSubstr("MAIL FROM:<desk@shop.example> SIZE="));
  EXPECT_EQ(server.commands()[0], "EHLO hub.example");
}

TEST_F(SmtpSender, an_empty_sender_is_the_null_sender) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  EXPECT_EQ(sender.send({"", {"ann@customer.example"}}, kMail, within()).recipients[0].outcome,
            SendOutcome::sent);
  EXPECT_THAT(server.mails()[0].mail_command, HasSubstr("MAIL FROM:<> SIZE="));
}

TEST_F(SmtpSender, one_of_three_refused_leaves_the_others_sent) {
  SmtpServer server({.answers = {{"RCPT:bob@customer.example",
                                  Answer::reply("550-5.1.1 no such\r\n550 5.1.1 user")}}});
  Sender sender(options_for(server), clock_);
  const SendReport report = sender.send(kThree, kMail, within());
  EXPECT_EQ(report.recipients[0].outcome, SendOutcome::sent);
  EXPECT_EQ(report.recipients[1].outcome, SendOutcome::failed);
  EXPECT_EQ(report.recipients[1].smtp_code, 550);
  EXPECT_EQ(report.recipients[1].detail, "550 5.1.1 no such 5.1.1 user");
  EXPECT_EQ(report.recipients[2].outcome, SendOutcome::sent);
  EXPECT_THAT(server.mails()[0].recipients,
              ElementsAre("ann@customer.example", "cho@customer.example"));
}

TEST_F(SmtpSender, each_recipient_keeps_its_own_answer_when_all_are_refused) {
  SmtpServer server({.answers = {{"RCPT:ann@customer.example", Answer::reply("450 4.2.0 greylist")},
                                 {"RCPT:bob@customer.example", Answer::reply("550 5.1.1 nobody")},
                                 {"RCPT:cho@customer.example", Answer::reply("452 4.2.2 full")}}});
  Sender sender(options_for(server), clock_);
  const SendReport report = sender.send(kThree, kMail, within());
  EXPECT_EQ(report.recipients[0].outcome, SendOutcome::deferred);
  EXPECT_EQ(report.recipients[1].outcome, SendOutcome::failed);
  EXPECT_EQ(report.recipients[2].outcome, SendOutcome::deferred);
  EXPECT_EQ(report.recipients[2].smtp_code, 452);
  EXPECT_TRUE(server.mails().empty());
}

TEST_F(SmtpSender, a_refused_recipient_stays_refused_when_the_message_is_deferred) {
  SmtpServer server({.answers = {{"RCPT:bob@customer.example", Answer::reply("550 5.1.1 nobody")},
                                 {"MESSAGE", Answer::reply("451 4.3.0 disk")}}});
  Sender sender(options_for(server), clock_);
  const SendReport report = sender.send(kThree, kMail, within());
  EXPECT_EQ(report.recipients[0].outcome, SendOutcome::deferred);
  EXPECT_EQ(report.recipients[0].detail, "451 4.3.0 disk");
  EXPECT_EQ(report.recipients[1].outcome, SendOutcome::failed);
  EXPECT_EQ(report.recipients[2].outcome, SendOutcome::deferred);
}

TEST_F(SmtpSender, a_refusal_before_the_mail_defers_whatever_its_code) {
  for (const char* point : {"GREETING", "EHLO"}) {
    for (const char* text : {"421 4.3.2 go away", "554 5.3.2 no service"}) {
      const auto report = outcome_at(point, Answer::reply(text));
      EXPECT_EQ(report.outcome, SendOutcome::deferred) << point << text;
      EXPECT_EQ(report.detail, text) << point;
    }
  }
}

TEST_F(SmtpSender, from_the_mail_on_4xx_defers_and_5xx_fails) {
  for (const char* point : {"MAIL", "RCPT", "DATA", "MESSAGE"}) {
    const auto later = outcome_at(point, Answer::reply("451 4.3.0 later"));
    EXPECT_EQ(later.outcome, SendOutcome::deferred) << point;
    EXPECT_EQ(later.smtp_code, 451) << point;
    const auto never = outcome_at(point, Answer::reply("554 5.7.1 never"));
    EXPECT_EQ(never.outcome, SendOutcome::failed) << point;
    EXPECT_EQ(never.detail, "554 5.7.1 never") << point;
  }
}

TEST_F(SmtpSender, a_connection_that_ends_before_the_message_defers) {
  for (const char* point : {"GREETING", "EHLO", "MAIL", "RCPT", "DATA"}) {
    const auto report = outcome_at(point, Answer::close());
    EXPECT_EQ(report.outcome, SendOutcome::deferred) << point;
    EXPECT_FALSE(report.detail.empty()) << point;
    EXPECT_EQ(report.smtp_code, 0) << point;
  }
}

TEST_F(SmtpSender, a_connection_that_ends_after_the_message_leaves_it_unknown) {
  const auto report = outcome_at("MESSAGE", Answer::close());
  EXPECT_EQ(report.outcome, SendOutcome::unknown);
  EXPECT_FALSE(report.detail.empty());
}

TEST_F(SmtpSender, a_connection_that_ends_within_a_long_message_defers) {
  SmtpServer server({.answers = {{"BODY", Answer::close()}}});
  Sender sender(options_for(server), clock_);
  const std::string huge = "Subject: x\r\n\r\n" + std::string(40'000'000, 'x') + "\r\n";
  EXPECT_EQ(sender.send(kOne, huge, within()).recipients[0].outcome, SendOutcome::deferred);
}

TEST_F(SmtpSender, the_deadline_ends_a_hang_at_every_verb) {
  for (const char* point : {"GREETING", "EHLO", "MAIL", "RCPT", "DATA", "MESSAGE"}) {
    const SteadyPoint begin = clock_.steady_now();
    const auto report = outcome_at(point, Answer::hang(), std::chrono::milliseconds(150));
    EXPECT_LT(clock_.steady_now() - begin, std::chrono::seconds(5)) << point;
    const bool handed_over = std::string_view(point) == "MESSAGE";
    EXPECT_EQ(report.outcome, handed_over ? SendOutcome::unknown : SendOutcome::deferred) << point;
    EXPECT_FALSE(report.detail.empty()) << point;
  }
}

TEST_F(SmtpSender, a_server_that_hangs_at_the_farewell_holds_nobody_up) {
  const SteadyPoint begin = clock_.steady_now();
  {
    SmtpServer server({.answers = {{"QUIT", Answer::hang()},
                                   {"RCPT:bob@customer.example", Answer::reply("550 no")}}});
    Sender sender(options_for(server), clock_);
    EXPECT_EQ(sender.send(kOne, kMail, within()).recipients[0].outcome, SendOutcome::sent);
    EXPECT_EQ(sender.send({"a@b.example", {"bob@customer.example"}}, kMail, within())
                  .recipients[0]
                  .outcome,
              SendOutcome::failed);
    EXPECT_EQ(sender.send(kOne, kMail, within()).recipients[0].outcome, SendOutcome::sent);
  }
  EXPECT_LT(clock_.steady_now() - begin, std::chrono::seconds(5));
}

TEST_F(SmtpSender, a_refused_connection_defers) {
  int port = 0;
  {
    const SmtpServer gone({});
    port = gone.port();
  }
  Sender sender({.host = "127.0.0.1", .port = port}, clock_);
  const SendReport report = sender.send(kThree, kMail, within());
  ASSERT_EQ(report.recipients.size(), 3U);
  for (const auto& recipient : report.recipients) {
    EXPECT_EQ(recipient.outcome, SendOutcome::deferred);
    EXPECT_FALSE(recipient.detail.empty());
  }
}

TEST_F(SmtpSender, a_deadline_that_is_over_does_not_even_connect) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  EXPECT_EQ(sender.send(kOne, kMail, within(std::chrono::milliseconds(0))).recipients[0].outcome,
            SendOutcome::deferred);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(SmtpSender, stopping_ends_a_call_that_has_not_handed_over_its_message) {
  SmtpServer server({.answers = {{"RCPT", Answer::hang()}}});
  Sender sender(options_for(server), clock_);
  std::stop_source stop;
  CallOptions call = within();
  call.stop = stop.get_token();
  const std::jthread stopper([&] {
    server.wait_for("RCPT");
    stop.request_stop();
  });
  const SteadyPoint begin = clock_.steady_now();
  const SendReport report = sender.send(kOne, kMail, call);
  EXPECT_EQ(report.recipients[0].outcome, SendOutcome::deferred);
  EXPECT_EQ(report.recipients[0].detail, "the hub is stopping");
  EXPECT_LT(clock_.steady_now() - begin, std::chrono::seconds(10));
}

// libcurl 7.88 ends the message with CRLF.CRLF when a transfer is taken from it half way.
TEST_F(SmtpSender, giving_up_within_the_message_does_not_deliver_half_of_it) {
  const std::string huge = "Subject: x\r\n\r\n" + std::string(40'000'000, 'x') + "\r\n";
  for (const bool by_stop : {true, false}) {
    SmtpServer server({.answers = {{"BODY", Answer::stall()}}});
    Sender sender(options_for(server), clock_);
    std::stop_source stop;
    CallOptions call = within(std::chrono::hours(1));
    call.stop = stop.get_token();
    const std::jthread stopper([&] {
      EXPECT_TRUE(server.wait_for("STALLED"));
      if (by_stop) {
        stop.request_stop();
      } else {
        clock_.ahead_seconds = 2 * 60 * 60;
      }
    });
    EXPECT_EQ(sender.send(kOne, huge, call).recipients[0].outcome, SendOutcome::deferred);
    server.resume();
    ASSERT_TRUE(server.wait_for("GONE"));
    EXPECT_TRUE(server.swallowed().starts_with("Subject: x"));
    EXPECT_LT(server.swallowed().size(), huge.size());
    EXPECT_EQ(server.swallowed().find("\r\n.\r\n"), std::string::npos);
  }
}

TEST_F(SmtpSender, stopping_does_not_give_up_the_answer_to_a_message_handed_over) {
  SmtpServer server({.answers = {{"MESSAGE", Answer::hang()}}});
  Sender sender(options_for(server), clock_);
  std::stop_source stop;
  CallOptions call = within(std::chrono::milliseconds(500));
  call.stop = stop.get_token();
  const std::jthread stopper([&] {
    server.wait_for("MESSAGE");
    stop.request_stop();
  });
  const SendReport report = sender.send(kOne, kMail, call);
  EXPECT_EQ(report.recipients[0].outcome, SendOutcome::unknown);
  EXPECT_GE(clock_.steady_now(), call.deadline - std::chrono::milliseconds(50));
}

TEST_F(SmtpSender, keeps_the_connection_for_the_next_mail) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(sender.send(kThree, kMail, within()).recipients[2].outcome, SendOutcome::sent);
  }
  EXPECT_EQ(server.mails().size(), 5U);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(SmtpSender, comes_back_after_the_server_has_gone_away) {
  SmtpServer server({.answers = {{"RCPT:bob@customer.example", Answer::close()}}});
  Sender sender(options_for(server), clock_);
  const auto outcome = [&] { return sender.send(kOne, kMail, within()).recipients[0].outcome; };
  EXPECT_EQ(outcome(), SendOutcome::sent);
  EXPECT_EQ(sender.send(kThree, kMail, within()).recipients[1].outcome, SendOutcome::deferred);
  EXPECT_EQ(outcome(), SendOutcome::sent);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(SmtpSender, many_threads_send_at_once) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 25; ++j) {
          EXPECT_EQ(sender.send(kOne, kMail, within()).recipients[0].outcome, SendOutcome::sent);
        }
      });
    }
  }
  EXPECT_EQ(server.mails().size(), 100U);
  EXPECT_LE(server.connections(), 4);
}

TEST_F(SmtpSender, dots_long_lines_and_raw_bytes_arrive_as_they_are) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  std::string bytes;
  for (int c = 1; c < 256; ++c) {
    if (c != '\r' && c != '\n') bytes += static_cast<char>(c);
  }
  const std::vector<std::string> mails = {
      ".\r\n..\r\n.x\r\n\r\n.\r\n",
      "a\r\n.\r\nMAIL FROM:<evil@x.example>\r\n",
      "a: b\r\n\r\n" + std::string(5000, 'y') + "\r\n." + std::string(70000, 'z') + "\r\n",
      bytes + "\r\n." + bytes + "\r\n",
      ".\r\n",
  };
  for (const std::string& mail : mails) {
    EXPECT_EQ(sender.send(kOne, mail, within()).recipients[0].outcome, SendOutcome::sent);
    EXPECT_TRUE(server.mails().back().data == mail);
  }
  EXPECT_EQ(sender.send(kOne, "no line end", within()).recipients[0].outcome, SendOutcome::sent);
  EXPECT_EQ(server.mails().back().data, "no line end\r\n");
}

// libcurl up to 8.6 counts stuffed dots against the announced size and would stop after the first
// chunk of 64 KiB here, ten bytes short.
TEST_F(SmtpSender, stuffed_dots_do_not_shorten_the_message) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  std::string mail;
  for (int i = 0; i < 10; ++i) mail += ".dot\r\n";
  mail += std::string(65536 - mail.size(), 'x');
  mail += "12345678\r\n";
  EXPECT_EQ(sender.send(kOne, mail, within()).recipients[0].outcome, SendOutcome::sent);
  EXPECT_TRUE(server.mails().back().data == mail);
}

TEST_F(SmtpSender, dots_at_every_place_round_the_border_of_a_chunk) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  for (std::size_t before = 65526; before < 65540; ++before) {
    const std::string mail = std::string(before, 'x') + "\r\n.\r\n..\r\nend\r\n";
    EXPECT_EQ(sender.send(kOne, mail, within()).recipients[0].outcome, SendOutcome::sent);
    EXPECT_TRUE(server.mails().back().data == mail) << before;
  }
}

TEST_F(SmtpSender, line_ends_that_are_not_crlf_are_refused_before_connecting) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  for (const std::string& mail :
       {std::string("a\nb\r\n"), std::string("a\rb\r\n"), std::string("a\r\r\nb"),
        std::string("a\r\n\n"), std::string("a\r"), std::string("a\0b\r\n", 5), std::string()}) {
    EXPECT_EQ(sender.send(kOne, mail, within()).recipients[0].outcome, SendOutcome::failed);
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(SmtpSender, addresses_that_would_be_commands_are_refused_before_connecting) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  const std::vector<std::string> evil = {"a@b.example>\r\nRCPT TO:<c@d.example",
                                         "a@b.example\nDATA",
                                         "a@b.example\rx",
                                         "a>b@c.example",
                                         "<a@b.example>",
                                         std::string("a\0@b.example", 12),
                                         "",
                                         std::string(400, 'a') + "@b.example"};
  for (const std::string& address : evil) {
    EXPECT_EQ(sender.send({"", {address}}, kMail, within()).recipients[0].outcome,
              SendOutcome::failed);
    if (address.empty()) continue;
    EXPECT_EQ(sender.send({address, {"a@b.example"}}, kMail, within()).recipients[0].outcome,
              SendOutcome::failed);
  }
  EXPECT_EQ(server.connections(), 0);
  const SendReport mixed =
      sender.send({"", {evil[0], "ann@customer.example", evil[1]}}, kMail, within());
  EXPECT_EQ(mixed.recipients[0].outcome, SendOutcome::failed);
  EXPECT_EQ(mixed.recipients[1].outcome, SendOutcome::sent);
  EXPECT_EQ(mixed.recipients[2].outcome, SendOutcome::failed);
  EXPECT_THAT(server.mails().at(0).recipients, ElementsAre("ann@customer.example"));
}

TEST_F(SmtpSender, odd_addresses_go_out_as_they_are_written) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  const std::vector<std::string> odd = {"\"a..b\"@docomo.example", "\"dot.\"@docomo.example",
                                        "-dash@docomo.example", "\"at@sign\"@x.example"};
  const SendReport report = sender.send({"desk@shop.example", odd}, kMail, within());
  for (const auto& recipient : report.recipients) {
    EXPECT_EQ(recipient.outcome, SendOutcome::sent) << recipient.address;
  }
  EXPECT_EQ(server.mails().at(0).recipients, odd);
}

TEST_F(SmtpSender, asks_for_smtputf8_when_an_address_needs_it) {
  SmtpServer server({});
  Sender sender(options_for(server), clock_);
  const std::string address = "\xE7\xAA\x93\xE5\x8F\xA3@shop.example";
  EXPECT_EQ(sender.send({"desk@shop.example", {address}}, kMail, within()).recipients[0].outcome,
            SendOutcome::sent);
  EXPECT_THAT(server.mails().at(0).mail_command, HasSubstr(" SMTPUTF8"));
  EXPECT_THAT(server.mails().at(0).recipients, ElementsAre(address));
}

class SmtpTls : public SmtpSender {
 protected:
  SendOutcome send(SmtpScript script, Security security, const std::string& detail = "") {
    SmtpServer server(std::move(script));
    Options options = options_for(server);
    options.host = "localhost";
    options.security = security;
    options.ca_file = certificates_.ca;
    Sender sender(options, clock_);
    const auto report = sender.send(kOne, kMail, within()).recipients.at(0);
    EXPECT_THAT(report.detail, HasSubstr(detail));
    EXPECT_EQ(server.mails().size(), report.outcome == SendOutcome::sent ? 1U : 0U);
    return report.outcome;
  }

  testkit::TemporaryFolder folder_;
  testkit::Certificates certificates_ = testkit::make_certificates(folder_.path(), "localhost");
};

TEST_F(SmtpTls, sends_by_starttls_and_by_tls) {
  EXPECT_EQ(send({.tls = ServerTls::starttls, .certificates = certificates_}, Security::starttls),
            SendOutcome::sent);
  EXPECT_EQ(send({.tls = ServerTls::implicit, .certificates = certificates_}, Security::tls),
            SendOutcome::sent);
}

TEST_F(SmtpTls, keeps_an_encrypted_connection) {
  SmtpServer server({.tls = ServerTls::starttls, .certificates = certificates_});
  Options options = options_for(server);
  options.host = "localhost";
  options.security = Security::starttls;
  options.ca_file = certificates_.ca;
  Sender sender(options, clock_);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(sender.send(kOne, kMail, within()).recipients[0].outcome, SendOutcome::sent);
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(SmtpTls, starttls_that_is_not_offered_or_refused_sends_nothing) {
  EXPECT_EQ(send({}, Security::starttls), SendOutcome::deferred);
  EXPECT_EQ(send({.answers = {{"STARTTLS", Answer::reply("454 4.7.0 not now")}},
                  .tls = ServerTls::starttls,
                  .certificates = certificates_},
                 Security::starttls),
            SendOutcome::deferred);
}

// R13 at the two verbs before the mail: whatever happens there says nothing about the mail.
TEST_F(SmtpTls, a_failure_at_starttls_or_auth_defers_whatever_it_is) {
  const Answer answers[] = {Answer::reply("454 4.7.0 not now"),
                            Answer::reply("535 5.7.8 no"),
                            Answer::reply("554 5.7.0 never"),
                            Answer::reply("what?"),
                            Answer::close(),
                            Answer::hang()};
  for (const char* point : {"STARTTLS", "AUTH"}) {
    for (const Answer& answer : answers) {
      SmtpServer server({.answers = {{point, answer}},
                         .tls = ServerTls::starttls,
                         .certificates = certificates_,
                         .user = "desk",
                         .password = "s3cret"});
      Options options = options_for(server);
      options.host = "localhost";
      options.security = Security::starttls;
      options.ca_file = certificates_.ca;
      options.user = "desk";
      options.password = Secret("s3cret");
      Sender sender(options, clock_);
      // An answer that is none is waited behind.
      const bool hangs = answer.kind == Answer::Kind::hang || answer.text == "what?";
      const SteadyPoint begin = clock_.steady_now();
      const SendReport report =
          sender.send(kThree, kMail, within(std::chrono::milliseconds(hangs ? 500 : 20'000)));
      EXPECT_LT(clock_.steady_now() - begin, std::chrono::seconds(10)) << point << answer.text;
      ASSERT_EQ(report.recipients.size(), 3U);
      for (const auto& recipient : report.recipients) {
        EXPECT_EQ(recipient.outcome, SendOutcome::deferred) << point << answer.text;
        EXPECT_FALSE(recipient.detail.empty()) << point << answer.text;
        EXPECT_EQ(recipient.detail.find("s3cret"), std::string::npos);
      }
      EXPECT_TRUE(server.wait_for(point)) << "the fault did not happen";
      EXPECT_TRUE(server.mails().empty());
    }
  }
}

TEST_F(SmtpTls, words_slipped_in_before_the_handshake_send_nothing) {
  EXPECT_EQ(send({.answers = {{"STARTTLS", Answer::reply("220 ready\r\n250 injected")}},
                  .tls = ServerTls::starttls,
                  .certificates = certificates_},
                 Security::starttls),
            SendOutcome::deferred);
}

TEST_F(SmtpTls, a_certificate_for_another_name_is_refused) {
  const testkit::TemporaryFolder folder;
  const auto other = testkit::make_certificates(folder.path(), "other.example");
  SmtpServer server({.tls = ServerTls::implicit, .certificates = other});
  Options options = options_for(server);
  options.host = "localhost";
  options.security = Security::tls;
  options.ca_file = other.ca;
  Sender sender(options, clock_);
  const auto report = sender.send(kOne, kMail, within()).recipients.at(0);
  EXPECT_EQ(report.outcome, SendOutcome::deferred);
  EXPECT_THAT(report.detail, HasSubstr("SSL"));
  EXPECT_TRUE(server.commands().empty());
}

TEST_F(SmtpTls, an_unknown_authority_and_an_expired_certificate_are_refused) {
  const testkit::TemporaryFolder folder;
  const auto stranger = testkit::make_certificates(folder.path(), "localhost");
  EXPECT_EQ(send({.tls = ServerTls::implicit, .certificates = stranger}, Security::tls, "SSL"),
            SendOutcome::deferred);
  certificates_ =
      testkit::make_certificates(folder_.path(), "localhost", testkit::Validity::expired);
  EXPECT_EQ(
      send({.tls = ServerTls::starttls, .certificates = certificates_}, Security::starttls, "SSL"),
      SendOutcome::deferred);
}

TEST_F(SmtpSender, signs_in) {
  SmtpServer server({.user = "desk", .password = "s3cret"});
  Options options = options_for(server);
  options.user = "desk";
  options.password = Secret("s3cret");
  Sender sender(options, clock_);
  EXPECT_EQ(sender.send(kOne, kMail, within()).recipients[0].outcome, SendOutcome::sent);
}

TEST_F(SmtpSender, a_wrong_password_defers_and_is_not_told) {
  SmtpServer server({.user = "desk", .password = "s3cret"});
  Options options = options_for(server);
  options.user = "desk";
  options.password = Secret("wr0ng");
  Sender sender(options, clock_);
  const auto report = sender.send(kOne, kMail, within()).recipients[0];
  EXPECT_EQ(report.outcome, SendOutcome::deferred);
  EXPECT_EQ(report.smtp_code, 535);
  EXPECT_EQ(report.detail.find("wr0ng"), std::string::npos);
  EXPECT_TRUE(server.mails().empty());
}

TEST_F(SmtpSender, a_probe_tells_a_good_server_from_a_bad_one) {
  SmtpServer good({});
  Sender to_good(options_for(good), clock_);
  EXPECT_EQ(to_good.probe(within()).state, HealthState::ok);
  EXPECT_EQ(to_good.send(kOne, kMail, within()).recipients[0].outcome, SendOutcome::sent);
  EXPECT_EQ(to_good.probe(within()).state, HealthState::ok);
  EXPECT_EQ(good.connections(), 1);

  SmtpServer bad({.answers = {{"GREETING", Answer::reply("554 5.3.2 no service")}}});
  Sender to_bad(options_for(bad), clock_);
  const Health health = to_bad.probe(within());
  EXPECT_EQ(health.state, HealthState::failing);
  EXPECT_EQ(health.detail, "554 5.3.2 no service");
}

TEST_F(SmtpSender, is_made_from_checked_settings) {
  SmtpServer server({});
  const Result<connector::Settings> settings = connector::checked(
      type(), {{{"host", "127.0.0.1"}, {"port", std::to_string(server.port())}}, {}});
  ASSERT_TRUE(settings);
  const auto made = type().create(*settings, {clock_});
  ASSERT_NE(made->capabilities().mail_sender, nullptr);
  EXPECT_EQ(made->capabilities().mail_sender->send(kOne, kMail, within()).recipients[0].outcome,
            SendOutcome::sent);
}

}  // namespace
}  // namespace madoguchi::connectors::smtp
