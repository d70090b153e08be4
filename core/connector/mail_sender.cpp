// SPDX-License-Identifier: Apache-2.0
#include "core/connector/mail_sender.h"

namespace madoguchi::connector {

const char* to_string(SendOutcome outcome) noexcept {
  switch (outcome) {
    case SendOutcome::sent:
      return "sent";
    case SendOutcome::deferred:
      return "deferred";
    case SendOutcome::failed:
      return "failed";
    case SendOutcome::unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace madoguchi::connector
