// SPDX-License-Identifier: Apache-2.0
#include "core/service/webhooks.h"

#include <algorithm>

#include "core/crypto/digest.h"
#include "core/service/log_messages.h"
#include "core/store/webhook_deliveries.h"

namespace madoguchi::service {
namespace {

using connector::WebhookEnd;
using connector::WebhookFinding;
using connector::WebhookMail;
using connector::WebhookNeeds;
using connector::WebhookNo;
using connector::WebhookNothing;
using connector::WebhookPage;
using connector::WebhookReply;
using connector::WebhookRequest;
using connector::WebhookVisit;

/// Longer than a signature may live at most (7 days): then a repetition is refused by its age.
constexpr std::chrono::hours kRemembered{24 * 8};
/// Of a big request: its body, what it was taken apart into, the mail put together of that.
constexpr std::size_t kTimesToTake = 5;
/// SNS, the least patient, waits 15 s for the whole answer.
constexpr std::chrono::milliseconds kWaitsForRoom{5'000};
constexpr std::size_t kPages = 16;
constexpr std::chrono::hours kPageLife{1};
constexpr std::chrono::seconds kPauseAfterFailure{10};
constexpr const char* kNotNew = "not-new";

Error no_such_hook() {
  return Error::not_found({"There is nothing at this address.", "この URL には何もありません。"});
}

/// What a delivery brought, whatever it is called.
std::string digest_of(const WebhookMail& mail) {
  crypto::Sha256 digest;
  const auto add = [&](std::string_view text) {
    digest.update(std::to_string(text.size()) + ":");
    digest.update(text);
  };
  add(mail.sender);
  for (const std::string& recipient : mail.recipients) add(recipient);
  digest.update("|");
  add(mail.raw);
  return crypto::to_hex(digest.finish());
}

WebhookEnd after_asking(const Error& error) {
  return error.code == ErrorCode::forbidden ? WebhookEnd::untrusted : WebhookEnd::unavailable;
}

}  // namespace

WebhookService::WebhookService(const Environment& env, IntakeService& intake, AskForPage ask)
    : env_(env),
      intake_(intake),
      ask_(std::move(ask)),
      accounts_(std::make_shared<const std::vector<Account>>()),
      deliveries_(env.metrics.counters("madoguchi_webhook_deliveries_total",
                                       "Requests of mail providers, by how they ended.",
                                       {"account", "result"})) {}

void WebhookService::use(std::vector<WebhookAccount> accounts) {
  std::vector<Account> shared;
  for (WebhookAccount& one : accounts) {
    shared.push_back(std::make_shared<const WebhookAccount>(std::move(one)));
  }
  auto fresh = std::make_shared<const std::vector<Account>>(std::move(shared));
  accounts_.with([&](Accounts& current) { current.swap(fresh); });
}

WebhookService::Account WebhookService::find(const WebhookCaller& caller) const {
  const Accounts accounts = accounts_.with([](const Accounts& current) { return current; });
  for (const Account& one : *accounts) {
    if (one->name != caller.account) continue;
    // Of digests, so that the time says nothing about the length either.
    const bool holds =
        crypto::equal_in_constant_time(crypto::as_bytes(crypto::sha256(one->secret.reveal())),
                                       crypto::as_bytes(crypto::sha256(caller.secret)));
    if (!holds) return nullptr;
    return !one->comes_from || one->comes_from(caller.peer) ? one : nullptr;
  }
  return nullptr;
}

Result<std::size_t> WebhookService::admit(const WebhookCaller& caller) const {
  const Account found = find(caller);
  if (!found) return fail(no_such_hook());
  return found->connector->capabilities().webhook->body_limit();
}

Result<WebhookReply> WebhookService::receive(const WebhookCaller& caller,
                                             const WebhookRequest& request) {
  const Account found = find(caller);
  if (!found) return fail(no_such_hook());
  const Result<Room> room = room_for(env_, request.body.size() * kTimesToTake, kWaitsForRoom);
  WebhookEnd end = WebhookEnd::unavailable;
  if (room) {
    end = work(*found, request);
  } else {
    refused(*found, end, room.error().describe());
  }
  return found->connector->capabilities().webhook->reply(end);
}

WebhookEnd WebhookService::work(const WebhookAccount& account, const WebhookRequest& request) {
  return settle(account, look(account, request));
}

WebhookFinding WebhookService::look(const WebhookAccount& account, const WebhookRequest& request) {
  const connector::WebhookReceiver& receiver = *account.connector->capabilities().webhook;
  WebhookFinding finding = receiver.read(request, nullptr);
  const auto* needs = std::get_if<WebhookNeeds>(&finding);
  if (needs == nullptr) return finding;
  const Result<std::string> body = page(needs->page);
  if (!body) {
    return WebhookNo{after_asking(body.error()), "what it needs: " + body.error().detail};
  }
  return receiver.read(request, &*body);
}

WebhookEnd WebhookService::settle(const WebhookAccount& account, WebhookFinding finding) {
  if (const auto* mail = std::get_if<WebhookMail>(&finding)) return keep(account, *mail);
  if (const auto* no = std::get_if<WebhookNo>(&finding)) {
    refused(account, no->end, no->why);
    return no->end;
  }
  if (const auto* nothing = std::get_if<WebhookNothing>(&finding)) {
    env_.log.write(kWebhookNothing, {{"account", account.name}, {"what", nothing->what}});
    count(account, "nothing");
    return WebhookEnd::taken;
  }
  if (const auto* visit = std::get_if<WebhookVisit>(&finding)) {
    const Result<std::string> done = ask_(visit->page);
    if (done) {
      env_.log.write(kWebhookConfirmed, {{"account", account.name}});
      count(account, "confirmed");
      return WebhookEnd::taken;
    }
    const WebhookEnd end = after_asking(done.error());
    refused(account, end, "the confirmation: " + done.error().detail);
    return end;
  }
  refused(account, WebhookEnd::unavailable, "one page was not enough");
  return WebhookEnd::unavailable;
}

Result<std::string> WebhookService::page(const WebhookPage& wanted) {
  const SteadyPoint now = env_.clock.steady_now();
  using Known = std::optional<Result<std::string>>;
  const Known known = pages_.with([&](std::vector<KnownPage>& pages) -> Known {
    std::erase_if(pages, [&](const KnownPage& one) { return one.until <= now; });
    for (const KnownPage& one : pages) {
      if (one.page.url == wanted.url && one.page.ca_file == wanted.ca_file) return one.body;
    }
    return std::nullopt;
  });
  if (known) return *known;
  Result<std::string> body = ask_(wanted);
  // A server that is down is not asked anew for each request.
  const SteadyPoint until = now + (body ? std::chrono::seconds(kPageLife) : kPauseAfterFailure);
  pages_.with([&](std::vector<KnownPage>& pages) {
    if (pages.size() >= kPages) pages.erase(pages.begin());
    pages.push_back({wanted, body, until});
  });
  return body;
}

Result<ReceivedMail> WebhookService::address(const WebhookAccount& account,
                                             const WebhookMail& mail) {
  ReceivedMail received;
  received.source = account.source;
  received.sender = mail.sender;
  received.is_cut = mail.is_cut;
  std::optional<Error> last;
  for (const std::string& recipient : mail.recipients) {
    Result<std::string> mailbox = intake_.resolve(recipient);
    if (!mailbox && mailbox.error().code != ErrorCode::not_found) {
      return fail(std::move(mailbox.error()));
    }
    std::pair<std::string, std::string> place;
    if (mailbox) {
      place = {std::move(*mailbox), recipient};
    } else if (account.mailbox) {
      place = {*account.mailbox, recipient};
    } else {
      last = mailbox.error();
      continue;
    }
    auto& places = received.recipients;
    if (std::find(places.begin(), places.end(), place) == places.end()) {
      places.push_back(std::move(place));
    }
  }
  if (mail.recipients.empty() && account.mailbox) {
    received.recipients.emplace_back(*account.mailbox, "");
  }
  if (received.recipients.empty()) return fail(last ? *last : no_such_hook());
  return received;
}

WebhookEnd WebhookService::keep(const WebhookAccount& account, const WebhookMail& mail) {
  const auto no = [&](WebhookEnd end, const std::string& why) {
    refused(account, end, why);
    return end;
  };
  if (mail.raw.empty()) return no(WebhookEnd::malformed, "there is no mail in it");
  if (mail.raw.size() > account.max_mail) {
    return no(WebhookEnd::refused, "the mail is over limits.message_size");
  }
  const std::string digest = digest_of(mail);
  const store::HookDelivery delivery{account.name, mail.id.empty() ? digest : mail.id, digest,
                                     env_.clock.now()};
  std::optional<std::string> before;
  const auto look_up = [&](db::Session& session) -> Result<void> {
    before = store::WebhookDeliveries(session).digest(delivery.account, delivery.delivery);
    return {};
  };
  if (Result<void> read = env_.database.read(look_up); !read) {
    return no(WebhookEnd::unavailable, read.error().describe());
  }
  if (!before) {
    const Result<ReceivedMail> received = address(account, mail);
    if (!received) {
      const bool nobody = received.error().code == ErrorCode::not_found;
      return no(nobody ? WebhookEnd::refused : WebhookEnd::unavailable,
                nobody ? "none of its recipients is ours" : received.error().describe());
    }
    const Result<void> kept =
        intake_.receive_all({{*received, mail.raw}}, [&](db::Session& session) -> Result<void> {
          if (store::WebhookDeliveries(session).insert(delivery)) return {};
          if (Result<void> read = look_up(session); !read) return read;
          return fail(Error::conflict(kNotNew, {"It was taken before.", "受信済みです。"}));
        });
    if (kept) {
      count(account, "taken");
      return WebhookEnd::taken;
    }
    if (kept.error().type != kNotNew) {
      return no(WebhookEnd::unavailable, kept.error().describe());
    }
  }
  if (before != digest) {
    return no(WebhookEnd::refused, "its delivery was used for another mail before");
  }
  count(account, "duplicate");
  return WebhookEnd::taken;
}

void WebhookService::count(const WebhookAccount& account, const char* result) {
  deliveries_.with({account.name, result}).add();
}

void WebhookService::refused(const WebhookAccount& account, WebhookEnd end,
                             const std::string& why) {
  count(account, connector::to_string(end));
  env_.log.write(
      kWebhookRefused,
      {{"account", account.name}, {"result", connector::to_string(end)}, {"reason", why}});
}

Result<void> WebhookService::forget_old() {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::WebhookDeliveries(session).remove_before(env_.clock.now() - kRemembered);
    return {};
  });
}

}  // namespace madoguchi::service
