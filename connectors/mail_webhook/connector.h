// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/connector/connector_type.h"

namespace madoguchi::connectors::mail_webhook {

/// Mails that a provider hands in by HTTP: Mailgun routes, SendGrid Inbound Parse, Postmark
/// inbound, Amazon SES receipt over SNS.
[[nodiscard]] const connector::ConnectorType& type();

}  // namespace madoguchi::connectors::mail_webhook
