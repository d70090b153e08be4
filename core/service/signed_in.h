// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/domain/agent.h"

namespace madoguchi::service {

/// Who makes a call, and by what they were let in.
struct SignedIn {
  domain::Caller caller;
  std::string token = {};       ///< id of the bearer token
  std::string session = {};     ///< id of the session
  std::string csrf_token = {};  ///< of the session; what its writes have to carry
  /// The role has to have a second factor, and the session has shown none: it may add one, and
  /// nothing else before.
  bool enrolling = false;
};

/// From where somebody signs in.
struct Visitor {
  std::string peer;        ///< address
  std::string user_agent;  ///< as the browser says
};

}  // namespace madoguchi::service
