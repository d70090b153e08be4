// SPDX-License-Identifier: Apache-2.0
#include "core/service/webhooks.h"

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using connector::WebhookEnd;
using connector::WebhookFinding;
using connector::WebhookMail;
using connector::WebhookNeeds;
using connector::WebhookNo;
using connector::WebhookNothing;
using connector::WebhookPage;
using connector::WebhookRequest;
using connector::WebhookVisit;

constexpr const char* kSecret = "0123456789abcdef0123456789abcdef";

/// Says of every request what it was told to, and answers 200 + how it ended.
class FakeReceiver final : public connector::WebhookReceiver, public connector::Connector {
 public:
  connector::Capabilities capabilities() noexcept override {
    connector::Capabilities can;
    can.webhook = this;
    return can;
  }
  connector::Health probe(const connector::CallOptions&) override { return {}; }

  [[nodiscard]] std::size_t body_limit() const noexcept override { return 4711; }
  [[nodiscard]] WebhookFinding read(const WebhookRequest&, const std::string* page) const override {
    if (!needs.empty() && page == nullptr) return WebhookNeeds{{needs, "/ca"}};
    if (page != nullptr) seen->push_back(*page);
    return finding;
  }
  [[nodiscard]] connector::WebhookReply reply(WebhookEnd end) const override {
    return {200 + static_cast<int>(end), connector::to_string(end)};
  }

  WebhookFinding finding = WebhookNothing{"nothing"};
  std::string needs;
  std::shared_ptr<std::vector<std::string>> seen = std::make_shared<std::vector<std::string>>();
};

class WebhookTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    hooks_ = std::make_unique<WebhookService>(
        *env_, *intake_, [this](const WebhookPage& page) -> Result<std::string> {
          asked_.push_back(page.url);
          if (refused_) return fail(*refused_);
          return page_;
        });
  }
  void TearDown() override {
    hooks_.reset();
    ServiceTest::TearDown();
  }

  /// One account that takes every request for this.
  void account(WebhookFinding finding, const std::string& needs = {},
               std::optional<std::string> mailbox = std::nullopt) {
    auto receiver = std::make_unique<FakeReceiver>();
    receiver->finding = std::move(finding);
    receiver->needs = needs;
    seen_ = receiver->seen;
    std::vector<WebhookAccount> accounts(1);
    accounts[0].name = "hook";
    accounts[0].secret = Secret(kSecret);
    accounts[0].source = "mailgun";
    accounts[0].mailbox = std::move(mailbox);
    accounts[0].max_mail = 10'000;
    accounts[0].comes_from = [](std::string_view peer) { return peer != "192.0.2.66"; };
    accounts[0].connector = std::move(receiver);
    hooks_->use(std::move(accounts));
  }
  std::string call(const std::string& body = "body") {
    WebhookRequest request;
    request.body = body;
    request.header = [](std::string_view) { return std::nullopt; };
    const Result<connector::WebhookReply> reply =
        hooks_->receive({"hook", kSecret, peer_}, request);
    return reply ? reply->body : reply.error().type;
  }
  static WebhookMail mail(const std::string& id, const std::string& subject = "Question") {
    TestMail written;
    written.subject = subject;
    return {id, written.raw(), "yamada@example.jp", {"support@shop.example"}};
  }
  std::int64_t stored() { return number("SELECT count(*) FROM intake"); }

  std::unique_ptr<WebhookService> hooks_;
  std::shared_ptr<std::vector<std::string>> seen_;
  std::vector<std::string> asked_;
  std::optional<Error> refused_;
  std::string page_ = "certificate";
  std::string peer_ = "192.0.2.1";
};

INSTANTIATE_TEST_SUITE_P(Engines, WebhookTest, testing::engines(), testing::engine_name);

TEST_P(WebhookTest, a_delivery_that_comes_again_is_one_mail) {
  account(mail("token-1"));
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(stored(), 1);
  account(mail("token-2"));
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(stored(), 2);
  run_jobs();
  EXPECT_EQ(number("SELECT count(*) FROM messages"), 1) << "the same mail is one message";
}

TEST_P(WebhookTest, the_name_of_a_delivery_serves_one_mail) {
  account(mail("token-1"));
  EXPECT_EQ(call(), "taken");
  account(mail("token-1", "Another"));
  EXPECT_EQ(call(), "refused");
  EXPECT_EQ(stored(), 1);
}

TEST_P(WebhookTest, a_delivery_without_a_name_is_known_by_what_it_brought) {
  account(mail(""));
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(stored(), 1);
  WebhookMail other = mail("");
  other.recipients = {"sales@shop.example"};
  account(other);
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(stored(), 2);
}

TEST_P(WebhookTest, deliveries_are_remembered_longer_than_they_can_come) {
  account(mail("token-1"));
  EXPECT_EQ(call(), "taken");
  clock_.advance(std::chrono::hours(24 * 7));
  ASSERT_TRUE(hooks_->forget_old());
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(stored(), 1);
  clock_.advance(std::chrono::hours(25));
  ASSERT_TRUE(hooks_->forget_old());
  EXPECT_EQ(number("SELECT count(*) FROM webhook_deliveries"), 0);
}

TEST_P(WebhookTest, each_recipient_that_is_ours_gets_it) {
  WebhookMail both = mail("token-1");
  both.recipients = {"nobody@shop.example", "sales@shop.example", "support@shop.example",
                     "sales@shop.example"};
  account(both);
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(number("SELECT count(*) FROM intake WHERE recipients LIKE '%sales@shop.example%' AND "
                   "recipients LIKE '%support@shop.example%' AND recipients NOT LIKE '%nobody%'"),
            1);
}

TEST_P(WebhookTest, mail_for_nobody_is_refused_unless_a_mailbox_takes_it) {
  WebhookMail alien = mail("token-1");
  alien.recipients = {"hash@inbound.example"};
  account(alien);
  EXPECT_EQ(call(), "refused");
  EXPECT_EQ(stored(), 0);
  EXPECT_EQ(number("SELECT count(*) FROM webhook_deliveries"), 0) << "it may come again";
  account(alien, "", "sales");
  EXPECT_EQ(call(), "taken");
  alien = mail("token-2");
  alien.recipients.clear();
  account(alien);
  EXPECT_EQ(call(), "refused");
  account(alien, "", "sales");
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(stored(), 2);
  account(alien, "", "gone");
  alien.id = "token-3";
  account(alien, "", "gone");
  EXPECT_EQ(call(), "unavailable") << "a mailbox that is not there loses nothing";
}

TEST_P(WebhookTest, what_cannot_be_kept_is_not_taken) {
  WebhookMail empty = mail("token-1");
  empty.raw.clear();
  account(empty);
  EXPECT_EQ(call(), "malformed");
  WebhookMail big = mail("token-2");
  big.raw += std::string(10'000, 'x');
  account(big);
  EXPECT_EQ(call(), "refused");
  EXPECT_EQ(stored(), 0);
}

TEST_P(WebhookTest, only_the_account_with_its_secret_is_there) {
  account(WebhookNothing{"x"});
  EXPECT_EQ(hooks_->admit({"hook", kSecret, peer_}).value(), 4711U);
  for (const auto& [name, secret] : {std::pair<std::string, std::string>{"other", kSecret},
                                     {"hook", ""},
                                     {"hook", "x"},
                                     {"hook", std::string(kSecret) + "0"},
                                     {"", kSecret}}) {
    const Result<std::size_t> admitted = hooks_->admit({name, secret, peer_});
    ASSERT_FALSE(admitted) << name << secret;
    EXPECT_EQ(admitted.error().code, ErrorCode::not_found);
  }
  peer_ = "192.0.2.66";
  EXPECT_FALSE(hooks_->admit({"hook", kSecret, peer_}));
  EXPECT_EQ(call(), "not-found");
  peer_ = "192.0.2.1";
  EXPECT_EQ(call(), "taken");
  hooks_->use({});
  EXPECT_EQ(call(), "not-found");
}

TEST_P(WebhookTest, a_page_is_asked_for_once) {
  account(mail("token-1"), "https://sns.example/a.pem");
  EXPECT_EQ(call(), "taken");
  account(mail("token-2"), "https://sns.example/a.pem");
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(asked_.size(), 1U);
  EXPECT_EQ(*seen_, std::vector<std::string>{"certificate"});
  clock_.advance(std::chrono::hours(2));
  account(mail("token-3"), "https://sns.example/a.pem");
  EXPECT_EQ(call(), "taken");
  EXPECT_EQ(asked_.size(), 2U);
}

TEST_P(WebhookTest, without_the_page_it_has_to_come_again) {
  account(mail("token-1"), "https://sns.example/a.pem");
  refused_ = Error::unavailable("no answer");
  EXPECT_EQ(call(), "unavailable");
  EXPECT_EQ(call(), "unavailable");
  EXPECT_EQ(asked_.size(), 1U) << "a server that is down is not asked by each request";
  refused_.reset();
  clock_.advance(std::chrono::seconds(11));
  EXPECT_EQ(call(), "taken");
  clock_.advance(std::chrono::hours(2));
  refused_ = Error::forbidden({"no", "no"});
  account(mail("token-2"), "https://sns.example/a.pem");
  EXPECT_EQ(call(), "untrusted");
  EXPECT_EQ(call(), "untrusted");
  EXPECT_EQ(stored(), 1);
}

TEST_P(WebhookTest, a_handshake_is_done_when_its_page_answers) {
  account(WebhookVisit{{"https://sns.example/?confirm", ""}});
  EXPECT_EQ(call(), "taken");
  refused_ = Error::unavailable("500");
  EXPECT_EQ(call(), "unavailable");
  refused_ = Error::forbidden({"no", "no"});
  EXPECT_EQ(call(), "untrusted");
  EXPECT_EQ(asked_.size(), 3U) << "each one is asked for";
}

TEST_P(WebhookTest, says_what_the_connector_says) {
  for (const WebhookEnd end : {WebhookEnd::untrusted, WebhookEnd::malformed, WebhookEnd::refused,
                               WebhookEnd::unavailable}) {
    account(WebhookNo{end, "why"});
    EXPECT_EQ(call(), connector::to_string(end));
  }
  EXPECT_NE(metrics_.render().find(
                "madoguchi_webhook_deliveries_total{account=\"hook\",result=\"untrusted\"} 1"),
            std::string::npos);
  EXPECT_EQ(stored(), 0);
}

}  // namespace
}  // namespace madoguchi::service
