// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/guarded.h"
#include "core/base/secret.h"
#include "core/connector/connector.h"
#include "core/connector/webhook.h"
#include "core/service/environment.h"
#include "core/service/intake.h"

namespace madoguchi::service {

/// Somebody who calls /hooks/NAME/SECRET.
struct WebhookAccount {
  std::string name;
  Secret secret;
  const char* source = "";  ///< "mailgun": where its mails are said to come from
  /// Takes mails that are for none of our addresses; nobody: they are refused.
  std::optional<std::string> mailbox;
  std::size_t max_mail = 0;  ///< octets
  /// Whether its requests come from that address; null: from anywhere.
  std::function<bool(std::string_view peer)> comes_from = nullptr;
  /// Whose webhook capability reads its requests.
  std::unique_ptr<connector::Connector> connector;
};

/// Who calls, as they say and as the connection shows.
struct WebhookCaller {
  std::string_view account;
  std::string_view secret;
  std::string_view peer;  ///< an address
};

/// Asks for a page by https and gives its body when the answer is 2xx; `forbidden` when it must not
/// be asked for, else `unavailable`.
using AskForPage = std::function<Result<std::string>(const connector::WebhookPage&)>;

/// Mails that providers hand in by HTTP. The account's connector says what a request is; here it is
/// made durable together with the name of its delivery, before anybody is told that it was taken: a
/// delivery that comes again is one mail. Safe for use by many threads.
class WebhookService {
 public:
  /// `env` and `intake` outlive it.
  WebhookService(const Environment& env, IntakeService& intake, AskForPage ask);

  /// These accounts from now on, in place of those before.
  void use(std::vector<WebhookAccount> accounts);

  /// How big a body may be, before it is read; `not_found` when there is no such account, its
  /// secret is another or it calls from elsewhere: nobody is told which.
  [[nodiscard]] Result<std::size_t> admit(const WebhookCaller& caller) const;
  /// The exact answer to a request of that account; `not_found` as admit.
  [[nodiscard]] Result<connector::WebhookReply> receive(const WebhookCaller& caller,
                                                        const connector::WebhookRequest& request);

  /// Forgets deliveries that cannot come again: their signatures are too old.
  [[nodiscard]] Result<void> forget_old();

 private:
  using Account = std::shared_ptr<const WebhookAccount>;
  using Accounts = std::shared_ptr<const std::vector<Account>>;
  struct KnownPage {
    connector::WebhookPage page;
    Result<std::string> body;  ///< or why it could not be had
    SteadyPoint until;
  };

  [[nodiscard]] Account find(const WebhookCaller& caller) const;
  [[nodiscard]] connector::WebhookEnd work(const WebhookAccount& account,
                                           const connector::WebhookRequest& request);
  [[nodiscard]] connector::WebhookFinding look(const WebhookAccount& account,
                                               const connector::WebhookRequest& request);
  [[nodiscard]] connector::WebhookEnd settle(const WebhookAccount& account,
                                             connector::WebhookFinding finding);
  [[nodiscard]] connector::WebhookEnd keep(const WebhookAccount& account,
                                           const connector::WebhookMail& mail);
  [[nodiscard]] Result<ReceivedMail> address(const WebhookAccount& account,
                                             const connector::WebhookMail& mail);
  [[nodiscard]] Result<std::string> page(const connector::WebhookPage& wanted);
  void count(const WebhookAccount& account, const char* result);
  void refused(const WebhookAccount& account, connector::WebhookEnd end, const std::string& why);

  const Environment& env_;
  IntakeService& intake_;
  const AskForPage ask_;
  Guarded<Accounts> accounts_;
  Guarded<std::vector<KnownPage>> pages_;
  observe::Family<observe::Counter>& deliveries_;
};

}  // namespace madoguchi::service
