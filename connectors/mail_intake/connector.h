// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/connector/connector_type.h"

/// Mail fetched from a mailbox on a mail server, by IMAP or POP3.
namespace madoguchi::connectors::mail_intake {

[[nodiscard]] const connector::ConnectorType& type();

}  // namespace madoguchi::connectors::mail_intake
