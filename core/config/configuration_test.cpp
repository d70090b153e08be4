// SPDX-License-Identifier: Apache-2.0
#include "core/config/configuration.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace madoguchi::config {
namespace {

namespace fs = std::filesystem;

const fs::path kConfig = fs::path(MADOGUCHI_SOURCE_DIR) / "config";

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Configuration good(std::string_view text) {
  auto value = parse_configuration(text, "m.toml");
  EXPECT_TRUE(value) << (value ? "" : value.error().detail);
  return value ? *value : Configuration{};
}

std::string problems(std::string_view text) {
  const auto value = parse_configuration(text, "m.toml");
  EXPECT_FALSE(value) << text;
  return value ? "" : value.error().detail;
}

void expect_problem(std::string_view text, std::string_view start) {
  const std::string told = problems(text);
  EXPECT_EQ(told.rfind(start, 0), 0U) << text << "\n gave " << told;
  EXPECT_EQ(told.find('\n'), std::string::npos) << told;
}

TEST(Configuration, AnEmptyFileIsTheDefaults) {
  const Configuration configuration = good("");
  EXPECT_EQ(configuration.http.listen.str(), "127.0.0.1:8080");
  EXPECT_EQ(configuration.control.socket, "/run/madoguchi/control.sock");
  EXPECT_EQ(configuration.database.url.str(), "sqlite:///var/lib/madoguchi/madoguchi.db");
  EXPECT_EQ(configuration.storage.data_dir, "/var/lib/madoguchi");
  EXPECT_EQ(configuration.secrets.key_file, "/etc/madoguchi/master.key");
  EXPECT_EQ(configuration.lmtp.listen.str(), "127.0.0.1:2424");
  EXPECT_EQ(configuration.smtp.host, "127.0.0.1");
  EXPECT_EQ(configuration.smtp.port, 25);
  EXPECT_EQ(configuration.limits.message_size.bytes, 50U * 1024 * 1024);
  EXPECT_TRUE(configuration.mailboxes.empty());
}

TEST(Configuration, TheReferenceIsFresh) {
  const fs::path file = kConfig / "madoguchi.reference.toml";
  if (std::getenv("MADOGUCHI_WRITE_GENERATED") != nullptr) {
    std::ofstream(file, std::ios::binary) << configuration_reference();
  }
  EXPECT_EQ(read_file(file), configuration_reference())
      << "run core_config_test with MADOGUCHI_WRITE_GENERATED=1 and commit the file";
}

// Once as it is, once with every option set: both have to be a configuration.
TEST(Configuration, TheReferenceLoads) {
  const std::string reference = configuration_reference();
  const Configuration as_is = good(reference);
  ASSERT_EQ(as_is.mailboxes.size(), 1U);
  EXPECT_FALSE(as_is.mailboxes[0].fetch);

  std::string all;
  for (std::size_t at = 0; at < reference.size();) {
    const std::size_t end = reference.find('\n', at);
    const std::string line = reference.substr(at, end - at);
    const bool option = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    all += option ? line.substr(1) : line;
    all += '\n';
    at = end + 1;
  }
  const Configuration everything = good(all);
  ASSERT_EQ(everything.mailboxes.size(), 1U);
  EXPECT_TRUE(everything.mailboxes[0].fetch);
  EXPECT_TRUE(everything.smtp.user);
  EXPECT_TRUE(everything.http.tls_key);
  ASSERT_EQ(everything.webhooks.size(), 1U);
  EXPECT_TRUE(everything.webhooks[0].user);
}

TEST(Configuration, TheFilesOfTheTreeLoad) {
  const auto smallest = load_configuration(kConfig / "madoguchi.toml");
  ASSERT_TRUE(smallest) << smallest.error().detail;
  EXPECT_EQ(smallest->mailboxes.at(0).name, "support");
  int examples = 0;
  for (const auto& entry : fs::directory_iterator(kConfig / "examples")) {
    const auto loaded = load_configuration(entry.path());
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().detail);
    ++examples;
  }
  EXPECT_GE(examples, 4);
}

TEST(Configuration, TheExamplesSayWhatTheyAreFor) {
  const auto tls = load_configuration(kConfig / "examples" / "postgresql-tls.toml").value();
  EXPECT_EQ(tls.database.url.engine(), DatabaseEngine::postgresql);
  ASSERT_EQ(tls.mailboxes.size(), 3U);
  EXPECT_EQ(tls.mailboxes[0].fetch->effective_port(), 993);
  EXPECT_EQ(tls.mailboxes[1].fetch->protocol, FetchProtocol::pop3);
  EXPECT_FALSE(tls.mailboxes[2].fetch);
  const auto sockets = load_configuration(kConfig / "examples" / "unix-sockets.toml").value();
  EXPECT_TRUE(sockets.http.listen.is_unix());
  EXPECT_EQ(sockets.lmtp.listen.path(), "/run/madoguchi/lmtp.sock");
}

TEST(Configuration, AFileThatCannotBeReadIsNamed) {
  const auto loaded = load_configuration("/nonexistent/madoguchi.toml");
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().detail.find("/nonexistent/madoguchi.toml"), std::string::npos);
  EXPECT_FALSE(load_configuration(kConfig));
}

TEST(Configuration, ListeningBeyondLoopbackNeedsTls) {
  expect_problem("[http]\nlisten = '0.0.0.0:8080'",
                 "m.toml:2: [http] listen: is reachable from other machines without TLS; allowed:");
  expect_problem("[http]\npublic_url = 'http://a'\nlisten = '[::]:8080'",
                 "m.toml:3: [http] listen");
  good("[http]\nlisten = '0.0.0.0:8080'\npublic_url = 'https://hub.example'");
  good("[http]\nlisten = '0.0.0.0:8080'\ntls_certificate = '/c'\ntls_key = '/k'");
  good("[http]\nlisten = 'unix:/run/x.sock'");
  expect_problem("[http]\ntls_key = '/k'", "m.toml:2: [http] tls_key: is of no use alone");
}

TEST(Configuration, MailboxesAreDistinct) {
  expect_problem(R"([[mailbox]]
name = "a"
address = "a@shop.example"
[[mailbox]]
name = "a"
address = "b@shop.example")",
                 "m.toml:5: [[mailbox]] name: is the name of another mailbox too");
  expect_problem(R"([[mailbox]]
name = "a"
address = "a@shop.example"
[[mailbox]]
name = "b"
address = "A@Shop.example")",
                 "m.toml:6: [[mailbox]] address: is the address of another mailbox too");
}

TEST(Configuration, MailboxesNeedANameAndAnAddress) {
  EXPECT_EQ(problems("[[mailbox]]\ncategory = 'x'"),
            "m.toml:1: [[mailbox]] name: is missing; allowed: 1 to 64 of a-z, 0-9, \"-\" and "
            "\"_\", first a letter or digit\n"
            "m.toml:1: [[mailbox]] address: is missing; allowed: a mail address");
  for (const char* name : {"", "Support", "a b", "-a", "サポート", "a/b"}) {
    expect_problem("[[mailbox]]\nname = '" + std::string(name) + "'\naddress = 'a@b.example'",
                   "m.toml:2: [[mailbox]] name");
  }
  for (const char* address : {"", "a", "a@", "@b", "a@b@c", "a b@c", "<a@b.example>"}) {
    expect_problem("[[mailbox]]\nname = 'a'\naddress = '" + std::string(address) + "'",
                   "m.toml:3: [[mailbox]] address");
  }
}

TEST(Configuration, ReplyAddressesStayWithin64Octets) {
  const auto mailbox = [](std::size_t size) {
    return "[[mailbox]]\nname = 'a'\naddress = '" + std::string(size, 'x') + "@shop.example'";
  };
  EXPECT_EQ(good(mailbox(31)).mailboxes[0].address.local_part().size() + kReplyTokenOctets, 64U);
  expect_problem(mailbox(32), "m.toml:3: [[mailbox]] address: is too long for reply addresses");
}

TEST(Configuration, PasswordsNeverTravelInTheClear) {
  expect_problem("[smtp]\nhost = 'mail.example'\nuser = 'u'\npassword_file = '/p'",
                 "m.toml:3: [smtp] user: would send the password unencrypted");
  good("[smtp]\nuser = 'u'\npassword_file = '/p'");
  good("[smtp]\nhost = 'mail.example'\nsecurity = 'starttls'\nuser = 'u'\npassword_file = '/p'");
  expect_problem("[smtp]\nuser = 'u'", "m.toml:2: [smtp] user: is of no use alone");

  const std::string fetch = "[[mailbox]]\nname = 'a'\naddress = 'a@b.example'\n[mailbox.fetch]\n";
  expect_problem(fetch + "host = 'h.example'\nuser = 'u'\npassword_file = '/p'\nsecurity = 'none'",
                 "m.toml:8: [mailbox.fetch] security: would send");
  EXPECT_EQ(good(fetch + "host = '127.0.0.1'\nuser = 'u'\npassword_file = '/p'\nsecurity = 'none'")
                .mailboxes[0]
                .fetch->effective_port(),
            143);
  const std::string half = fetch + "host = 'h.example'\nuser = 'u'\n";
  expect_problem(half, "m.toml:4: [mailbox.fetch] password_file: is missing");
  const std::string whole = half + "password_file = '/p'\n";
  const std::string oauth =
      "[mailbox.fetch.oauth]\nclient_id = 'c'\nrefresh_token_file = '/r'\ntoken_url = ";
  EXPECT_EQ(good(half + oauth + "'https://t.example/token'").mailboxes[0].fetch->oauth->client_id,
            "c");
  expect_problem(half + oauth + "'http://t.example/token'",
                 "m.toml:10: [mailbox.fetch.oauth] token_url: is none");
  expect_problem(whole + "after = 'move'", "m.toml:4: [mailbox.fetch] move_to: is missing");
  expect_problem(whole + "after = 'move'\nmove_to = 'INBOX'",
                 "m.toml:9: [mailbox.fetch] move_to: is one of");
  expect_problem(whole + "first_run = '2026-02-30'",
                 "m.toml:8: [mailbox.fetch] first_run: is none");
  expect_problem(whole + "protocol = 'pop3'\nfirst_run = '2026-11-01'",
                 "m.toml:9: [mailbox.fetch] first_run: cannot be had by POP3");
  expect_problem(whole + "protocol = 'pop3'\nfolders = ['INBOX', '問い合わせ']",
                 "m.toml:9: [mailbox.fetch] folders: cannot be had by POP3");
  expect_problem(whole + "folders = [\"a\\r\\nb\"]", "m.toml:8: [mailbox.fetch] folders: entry 1");
  EXPECT_EQ(good(whole + "first_run = '2026-11-01'\nfolders = ['問い合わせ']")
                .mailboxes[0]
                .fetch->folders,
            std::vector<std::string>{"問い合わせ"});
}

TEST(Configuration, AWebhookHasWhatItsProviderNeeds) {
  const std::string hook = "[[webhook]]\nname = 'in'\nsecret_file = '/s'\nprovider = ";
  EXPECT_EQ(good(hook + "'postmark'").webhooks.at(0).max_age, std::chrono::hours(72));
  EXPECT_EQ(good(hook + "'sendgrid'").webhooks.at(0).provider, WebhookProvider::sendgrid);
  good(hook + "'mailgun'\nkey_file = '/k'");
  good(hook + "'ses'\ntopics = ['arn:aws:sns:us-east-1:1:in']");
  expect_problem(hook + "'mailgun'", "m.toml:1: [[webhook]] key_file: is missing");
  expect_problem(hook + "'ses'", "m.toml:1: [[webhook]] topics: is missing");
  expect_problem(hook + "'postmark'\nuser = 'u'", "m.toml:5: [[webhook]] user: is of no use alone");
  expect_problem(hook + "'yahoo'", "m.toml:4: [[webhook]] provider: is none of");
  expect_problem(hook + "'postmark'\n" + hook + "'postmark'",
                 "m.toml:6: [[webhook]] name: is the name of another webhook too");
}

TEST(Configuration, AProxyHasAHost) {
  EXPECT_FALSE(good("[net]\ntrusted = []").net.proxy);
  const NetSettings net = good("[net.proxy]\nhost = 'proxy.shop.example'\nnames = 'proxy'").net;
  ASSERT_TRUE(net.proxy);
  EXPECT_EQ(net.proxy->host, "proxy.shop.example");
  EXPECT_EQ(net.proxy->port, 3128);
  EXPECT_EQ(net.proxy->names, ProxyNames::proxy);
  expect_problem("[net.proxy]\nport = 3128", "m.toml:1: [net.proxy] host");
  expect_problem("[net.proxy]\nhost = 'http://proxy'", "m.toml:2: [net.proxy] host");
  expect_problem("[net.proxy]\nhost = 'a'\nnames = 'dns'", "m.toml:3: [net.proxy] names");
  expect_problem("[net]\nrecord_folder = 'here'", "m.toml:2: [net] record_folder");
}

TEST(Configuration, WhatIsNotDeclaredIsRefused) {
  expect_problem("[http]\nport = 80", "m.toml:2: [http] port: is not known; allowed: listen, ");
  expect_problem("[smtp]\npassword = 'hunter2'", "m.toml:2: [smtp] password: is not known");
  expect_problem("[mailboxes]\n", "m.toml:1: mailboxes: is not known; allowed: http, control, ");
  expect_problem("[database]\nurl = 'postgresql://u:hunter2@h/db'", "m.toml:2: [database] url");
}

}  // namespace
}  // namespace madoguchi::config
