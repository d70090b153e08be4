// SPDX-License-Identifier: Apache-2.0
#include "core/connector/webhook.h"

namespace madoguchi::connector {

const char* to_string(WebhookEnd end) noexcept {
  switch (end) {
    case WebhookEnd::taken:
      return "taken";
    case WebhookEnd::untrusted:
      return "untrusted";
    case WebhookEnd::malformed:
      return "malformed";
    case WebhookEnd::refused:
      return "refused";
    case WebhookEnd::unavailable:
      return "unavailable";
  }
  return "unavailable";
}

}  // namespace madoguchi::connector
