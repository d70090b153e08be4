// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace madoguchi::connector {

/// An HTTP request of an outside system, as it came: what is signed are its bytes. Valid during the
/// call it is given to.
struct WebhookRequest {
  std::string_view body;
  /// The first header of that name, whatever its case.
  std::function<std::optional<std::string_view>(std::string_view name)> header;
};

/// How a request ends. What the other side does then differs, so the answers are the connector's.
enum class WebhookEnd {
  taken,        ///< durable here, known already, or nothing to keep
  untrusted,    ///< not signed as it has to be; mending a key here may help, so it may come again
  malformed,    ///< cannot be read
  refused,      ///< must not come again: nobody here takes it, or its signature was used before
  unavailable,  ///< not now: it has to come again
};

[[nodiscard]] const char* to_string(WebhookEnd end) noexcept;

struct WebhookReply {
  int status = 200;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// A page that has to be asked for, by https. The connector has checked whose it is.
struct WebhookPage {
  std::string url;
  std::string ca_file = {};  ///< PEM, in place of the system's authorities
};

/// It cannot be taken; `why` is for the log: no secret, nothing of the body.
struct WebhookNo {
  WebhookEnd end = WebhookEnd::malformed;
  std::string why;
};
/// A mail. `id` is what the other side calls this delivery, the same when it comes again; empty
/// when it has no name for it.
struct WebhookMail {
  std::string id = {};
  std::string raw = {};     ///< RFC 5322: the mail itself, or put together from what there is of it
  std::string sender = {};  ///< of the envelope
  std::vector<std::string> recipients = {};
  bool is_cut = false;  ///< only a part of it came
};
/// This page is needed to tell; the hub asks for it, may keep it, and calls again.
struct WebhookNeeds {
  WebhookPage page;
};
/// A handshake: done when this page was asked for and answered 2xx.
struct WebhookVisit {
  WebhookPage page;
};
/// Rightly signed and nothing to keep; `what` is for the log.
struct WebhookNothing {
  std::string what;
};

using WebhookFinding =
    std::variant<WebhookNo, WebhookMail, WebhookNeeds, WebhookVisit, WebhookNothing>;

/// Requests that an outside system sends on its own. Pure: the hub makes the mail durable, knows
/// what came before, asks for pages, and answers. Safe for use by many threads.
class WebhookReceiver {
 public:
  virtual ~WebhookReceiver() = default;
  /// The biggest body that is of any use, in octets.
  [[nodiscard]] virtual std::size_t body_limit() const noexcept = 0;
  /// Verifies before it reads anything else. `page` is the body of the page it asked for by
  /// WebhookNeeds, null the first time.
  [[nodiscard]] virtual WebhookFinding read(const WebhookRequest& request,
                                            const std::string* page) const = 0;
  /// The exact answer to a request that ended so.
  [[nodiscard]] virtual WebhookReply reply(WebhookEnd end) const = 0;
};

}  // namespace madoguchi::connector
