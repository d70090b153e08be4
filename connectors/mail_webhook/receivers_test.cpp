// SPDX-License-Identifier: Apache-2.0
// What needs no provider's behaviour to be shown; that is tests/integration/webhook_test.py.
#include "connectors/mail_webhook/receivers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "connectors/mail_webhook/connector.h"
#include "core/crypto/digest.h"
#include "core/json/value.h"
#include "core/mail/read.h"
#include "tests/support/fakes.h"

namespace madoguchi::connectors::mail_webhook {
namespace {

using connector::Settings;
using connector::WebhookEnd;
using connector::WebhookFinding;
using connector::WebhookMail;
using connector::WebhookNeeds;
using connector::WebhookNo;
using connector::WebhookRequest;

constexpr const char* kTopic = "arn:aws:sns:us-east-1:1:inbound";

std::string kind_of(const WebhookFinding& finding) {
  if (const auto* no = std::get_if<WebhookNo>(&finding)) return to_string(no->end);
  if (std::holds_alternative<WebhookMail>(finding)) return "mail";
  if (std::holds_alternative<WebhookNeeds>(finding)) return "needs";
  return "other";
}

class Receivers : public ::testing::Test {
 protected:
  WebhookFinding read(const connector::WebhookReceiver& receiver, const std::string& type,
                      const std::string& body) {
    WebhookRequest request;
    request.body = body;
    request.header = [&](std::string_view name) -> std::optional<std::string_view> {
      return name == "Content-Type" ? std::optional<std::string_view>(type) : std::nullopt;
    };
    return receiver.read(request, nullptr);
  }
  [[nodiscard]] std::string now(std::int64_t ahead = 0) const {
    return std::to_string(to_micros(clock_.now()) / 1'000'000 + ahead);
  }

  testing::FakeClock clock_;
};

TEST_F(Receivers, sns_certificates_come_from_sns_and_nowhere_else) {
  Options options;
  options.provider = Provider::ses;
  options.topics = {kTopic};
  const auto receiver = ses(options, clock_);
  const auto asked = [&](const std::string& url) {
    json::Value message = {{"TopicArn", kTopic}, {"SigningCertURL", url}};
    return kind_of(read(*receiver, "text/plain", json::dump(message)));
  };
  const std::string file = "/SimpleNotificationService-0123456789abcdef.pem";
  for (const char* host : {"sns.us-east-1.amazonaws.com", "sns.ap-northeast-1.amazonaws.com",
                           "sns.us-gov-west-1.amazonaws.com", "sns.me-south-1.amazonaws.com"}) {
    EXPECT_EQ(asked("https://" + std::string(host) + file), "needs") << host;
  }
  for (const char* host :
       {"sns.s3.amazonaws.com", "sns.s3-us-west-2.amazonaws.com", "sns.amazonaws.com",
        "sns.us-east-1.amazonaws.com.evil.example", "sns.us-east-1.amazonaws.com:8443",
        "evil.example", "hub@sns.us-east-1.amazonaws.com", "xsns.us-east-1.amazonaws.com",
        "sns.us-east-1.amazonaws.com.", "SNS.us-east-1.amazonaws.com", "sns.us-east-.amazonaws.com",
        "sns.us--1.evil.amazonaws.com", "sns.-1.amazonaws.com", "sns.us-east-1.amazonaws.com\\",
        "sns.us-east-1.amazonaws.com\t", "sns.us-east-1.amazonaws.com#", ""}) {
    EXPECT_EQ(asked("https://" + std::string(host) + file), "untrusted") << host;
  }
  const std::string good = "https://sns.us-east-1.amazonaws.com";
  for (const std::string& url :
       {"http://sns.us-east-1.amazonaws.com" + file, good, good + "/", good + "/x.pem",
        good + "/a" + file, good + file + "?x=.pem", good + "/SimpleNotificationService-1.txt",
        good + "?" + file, std::string("//sns.us-east-1.amazonaws.com") + file}) {
    EXPECT_EQ(asked(url), "untrusted") << url;
  }
  json::Value other = {{"TopicArn", "arn:aws:sns:us-east-1:2:inbound"},
                       {"SigningCertURL", good + file}};
  EXPECT_EQ(kind_of(read(*receiver, "text/plain", json::dump(other))), "untrusted");
  for (const char* body : {"", "{", "[]", "null", "\"x\""}) {
    EXPECT_EQ(kind_of(read(*receiver, "text/plain", body)), "malformed") << body;
  }
}

TEST_F(Receivers, mailgun_believes_its_key_alone_and_not_for_ever) {
  Options options;
  options.key = Secret("key");
  const auto receiver = mailgun(options, clock_);
  const auto sent = [&](const std::string& timestamp, const std::string& token,
                        const std::string& key) {
    const std::string signature =
        crypto::to_hex(crypto::hmac_sha256(Secret(key), timestamp + token));
    return kind_of(read(*receiver, "application/x-www-form-urlencoded",
                        fmt::format("timestamp={}&token={}&signature={}&body-mime=x&recipient=a@b",
                                    timestamp, token, signature)));
  };
  EXPECT_EQ(sent(now(), "t", "key"), "mail");
  EXPECT_EQ(sent(now(-72 * 3600), "t", "key"), "mail");
  EXPECT_EQ(sent(now(-72 * 3600 - 1), "t", "key"), "refused");
  EXPECT_EQ(sent(now(300), "t", "key"), "mail");
  EXPECT_EQ(sent(now(301), "t", "key"), "refused");
  EXPECT_EQ(sent(now(), "t", "other"), "untrusted");
  EXPECT_EQ(sent(now(), "", "key"), "untrusted");
  EXPECT_EQ(sent(now(), std::string(201, 't'), "key"), "untrusted");
  for (const char* timestamp : {"", "x", "-1", "1e9", "99999999999999999999", "999999999999999"}) {
    EXPECT_EQ(sent(timestamp, "t", "key"), "untrusted") << timestamp;
  }
}

TEST_F(Receivers, mailgun_says_when_files_stayed_with_it) {
  Options options;
  options.key = Secret("key");
  const auto receiver = mailgun(options, clock_);
  const auto taken = [&](const std::string& fields) {
    const std::string signature = crypto::to_hex(crypto::hmac_sha256(Secret("key"), now() + "t"));
    const WebhookFinding finding =
        read(*receiver, "application/x-www-form-urlencoded",
             "timestamp=" + now() + "&token=t&signature=" + signature + "&body-plain=x" + fields);
    return std::get<WebhookMail>(finding);
  };
  EXPECT_FALSE(taken("").is_cut);
  EXPECT_FALSE(taken("&attachment-count=0").is_cut);
  EXPECT_TRUE(taken("&attachment-count=1").is_cut);
  EXPECT_TRUE(taken("&attachments=%5B%5D").is_cut);
  const mail::Message read = mail::read(taken("&message-headers=%5B%5B%22Subject%22%2C%22%E5%B1%B1%"
                                              "22%5D%2C1%2C%5B2%2C3%5D%5D&from=a%40b.example")
                                            .raw);
  EXPECT_EQ(read.subject, "山");
  EXPECT_EQ(read.from.at(0).address, "a@b.example");
}

TEST_F(Receivers, mailgun_may_name_several_recipients) {
  Options options;
  options.key = Secret("key");
  const auto receiver = mailgun(options, clock_);
  const std::string signature = crypto::to_hex(crypto::hmac_sha256(Secret("key"), now() + "t"));
  const WebhookFinding finding =
      read(*receiver, "application/x-www-form-urlencoded",
           "timestamp=" + now() + "&token=t&signature=" + signature +
               "&body-mime=x&recipient=support%2Bc.1.x%40shop.example,+sales%40shop.example");
  EXPECT_EQ(std::get<WebhookMail>(finding).recipients,
            (std::vector<std::string>{"support+c.1.x@shop.example", "sales@shop.example"}));
}

TEST_F(Receivers, answers_are_those_the_providers_understand) {
  const Options options;
  const std::map<std::string, std::array<int, 5>> wanted = {{"mailgun", {200, 401, 400, 406, 503}},
                                                            {"sendgrid", {200, 401, 400, 403, 503}},
                                                            {"postmark", {200, 401, 400, 403, 503}},
                                                            {"ses", {200, 403, 400, 403, 503}}};
  std::map<std::string, std::array<int, 5>> found;
  const auto all = [](const connector::WebhookReceiver& receiver) {
    std::array<int, 5> statuses{};
    std::size_t at = 0;
    for (const WebhookEnd end : {WebhookEnd::taken, WebhookEnd::untrusted, WebhookEnd::malformed,
                                 WebhookEnd::refused, WebhookEnd::unavailable}) {
      statuses[at++] = receiver.reply(end).status;
    }
    return statuses;
  };
  found["mailgun"] = all(*mailgun(options, clock_));
  found["sendgrid"] = all(*sendgrid(options, clock_));
  found["postmark"] = all(*postmark(options));
  found["ses"] = all(*ses(options, clock_));
  EXPECT_EQ(found, wanted);
}

TEST_F(Receivers, an_account_has_what_its_provider_needs) {
  const auto wrong = [](std::map<std::string, std::string> options,
                        std::map<std::string, std::string> secrets) {
    Settings settings;
    settings.options = std::move(options);
    for (const auto& one : secrets) settings.secrets[one.first] = Secret(one.second);
    const Result<Settings> checked = connector::checked(type(), std::move(settings));
    return checked ? std::string() : checked.error().fields.at(0).pointer;
  };
  EXPECT_EQ(wrong({{"provider", "mailgun"}}, {}), "/secrets/key");
  EXPECT_EQ(wrong({{"provider", "mailgun"}}, {{"key", "k"}}), "");
  EXPECT_EQ(wrong({{"provider", "sendgrid"}}, {}), "");
  EXPECT_EQ(wrong({{"provider", "sendgrid"}}, {{"key", "no key"}}), "/secrets/key");
  EXPECT_EQ(wrong({{"provider", "postmark"}, {"user", "u"}}, {}), "/options/user");
  EXPECT_EQ(wrong({{"provider", "postmark"}, {"user", "u"}}, {{"password", "p"}}), "");
  EXPECT_EQ(wrong({{"provider", "ses"}}, {}), "/options/topics");
  EXPECT_EQ(wrong({{"provider", "ses"}, {"topics", kTopic}}, {}), "");
  EXPECT_EQ(wrong({{"provider", "ses"}, {"topics", kTopic}, {"sns_host", "a/b"}}, {}),
            "/options/sns_host");
  EXPECT_EQ(wrong({{"provider", "yahoo"}}, {}), "/options/provider");
}

}  // namespace
}  // namespace madoguchi::connectors::mail_webhook
