// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connectors/mail_webhook/options.h"
#include "core/base/clock.h"
#include "core/connector/webhook.h"

/// One receiver a provider. Trust, replies and retries as the providers document them; where they
/// do not (docs/adr/0014-mail-webhooks.md), so that no mail can be lost.
namespace madoguchi::connectors::mail_webhook {

/// What of a mail's size is of use; providers stop at 25 to 30 MB.
inline constexpr std::size_t kMailBody = std::size_t{35} * 1024 * 1024;

[[nodiscard]] std::unique_ptr<connector::WebhookReceiver> mailgun(Options options,
                                                                  const Clock& clock);
[[nodiscard]] std::unique_ptr<connector::WebhookReceiver> sendgrid(Options options,
                                                                   const Clock& clock);
[[nodiscard]] std::unique_ptr<connector::WebhookReceiver> postmark(Options options);
[[nodiscard]] std::unique_ptr<connector::WebhookReceiver> ses(Options options, const Clock& clock);

/// Whether a signature's time is one to believe: not older than `max_age`, at most five minutes
/// ahead of our clock.
[[nodiscard]] bool is_fresh(TimePoint signed_at, TimePoint now, std::chrono::seconds max_age);
/// Unix seconds as text.
[[nodiscard]] std::optional<TimePoint> unix_time(std::string_view text);
/// Taken 200, unreadable 400, and 503 for our own trouble, after which each provider comes again;
/// the other two are what each documents.
[[nodiscard]] connector::WebhookReply reply_of(connector::WebhookEnd end, int refused,
                                               int untrusted);
/// "a@b" of "<a@b>".
[[nodiscard]] std::string without_brackets(std::string_view address);

}  // namespace madoguchi::connectors::mail_webhook
